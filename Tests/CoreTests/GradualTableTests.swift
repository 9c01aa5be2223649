import Core
import Testing

@Suite struct GradualTableTests {
    @Test func `it holds what a dictionary holds`() {
        var random = Random(seed: 7)
        var table = GradualTable<Int, Int>()
        var dictionary: [Int: Int] = [:]
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<3_000, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                #expect(
                    table.updateValue(step, forKey: key)
                        == dictionary.updateValue(step, forKey: key))
            case 1: #expect(table.removeValue(forKey: key) == dictionary.removeValue(forKey: key))
            case 2:
                table[key]? += 1
                dictionary[key]? += 1
            default: #expect(table[key] == dictionary[key])
            }
        }
        #expect(table.count == dictionary.count)
        #expect(table.values.sorted() == dictionary.values.sorted())
    }

    @Test func `a value that is set to nil is gone`() {
        var table = GradualTable<Int, Int>()
        table[1] = 2
        table[1] = nil
        #expect(table.count == 0)
        #expect(table[1] == nil)
    }
}
