import Core
import JSON
import Testing

@Suite struct `The depth of nesting` {
    /// Containers in the order of `isObject`, closed again.
    private func nest(_ isObject: [Bool]) -> [UInt8] {
        let opening = isObject.map { $0 ? "{\"a\":" : "[" }.joined()
        let closing = isObject.reversed().map { $0 ? "}" : "]" }.joined()
        return Array((opening + "1" + closing).utf8)
    }

    @Test func `64 levels are taken and the 65th is refused`() {
        #expect(JSONLimits.depthMax == 64)
        #expect(Fault(in: nest(Array(repeating: false, count: 64))) == nil)
        #expect(Fault(in: nest(Array(repeating: true, count: 64))) == nil)
        #expect(
            Fault(in: nest(Array(repeating: false, count: 65)))
                == Fault(offset: 64, reason: .tooDeep(max: 64)))
        #expect(
            Fault(in: nest(Array(repeating: true, count: 65)))
                == Fault(offset: 64 * 5, reason: .tooDeep(max: 64)))
    }

    @Test func `an empty container counts as a level`() {
        let inside = String(repeating: "[", count: 64)
        #expect(Fault(in: Array((inside + String(repeating: "]", count: 64)).utf8)) == nil)
        #expect(
            Fault(in: Array((inside + "[]").utf8)) == Fault(offset: 64, reason: .tooDeep(max: 64)))
        #expect(
            Fault(in: Array((inside + "{}").utf8)) == Fault(offset: 64, reason: .tooDeep(max: 64)))
    }

    @Test func `levels that were closed do not count`() {
        let text = "[" + Array(repeating: "[[[]]]", count: 200).joined(separator: ",") + "]"
        #expect(Fault(in: Array(text.utf8)) == nil)
    }

    @Test(arguments: [63, 64, 65, 127, 128, 129, 200])
    func `each level is closed by its own kind, however deep`(depth: Int) {
        var random = Random(seed: UInt64(depth))
        for _ in 0..<50 {
            let isObject = (0..<depth).map { _ in Bool.random(using: &random) }
            let bytes = nest(isObject)
            #expect(Fault(in: bytes, depthMax: depth) == nil)
            #expect(Fault(in: bytes, depthMax: depth - 1)?.reason == .tooDeep(max: depth - 1))
            var wrong = bytes
            let index = bytes.count - 1 - Int.random(in: 0..<depth, using: &random)
            wrong[index] = wrong[index] == 0x5D ? 0x7D : 0x5D
            #expect(Fault(in: wrong, depthMax: depth)?.offset == index)
        }
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"\":"])
    func `a bomb of 16 MiB is refused at its 65th level`(opening: String) {
        let unit = Array(opening.utf8)
        var bomb: [UInt8] = []
        bomb.reserveCapacity(16 << 20)
        while bomb.count < 16 << 20 { bomb.append(contentsOf: unit) }
        let levels = unit.filter { $0 == 0x5B || $0 == 0x7B }.count
        #expect(
            Fault(in: bomb) == Fault(offset: 64 / levels * unit.count, reason: .tooDeep(max: 64)))
    }

    @Test func `a wide document of many small values is taken`() {
        let text = "[" + Array(repeating: "[],{}", count: 100_000).joined(separator: ",") + "]"
        #expect(Fault(in: Array(text.utf8)) == nil)
    }
}
