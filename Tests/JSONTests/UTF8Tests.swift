import Core
import JSON
import Testing

@Suite struct `UTF-8 in strings` {
    private func fault(_ inside: [UInt8]) -> Fault? {
        Fault(in: [0x22] + inside + [0x22])
    }

    @Test(
        arguments: [
            [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF],
            [0xEE, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80],
            [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func `the first and last characters of each length are taken`(bytes: [UInt8]) {
        #expect(fault(bytes) == nil)
        #expect(fault(bytes + bytes) == nil)
    }

    @Test(
        arguments: [
            // Continuations that continue nothing.
            [0x80], [0xBF],
            // Overlong forms.
            [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            // Surrogates.
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
            // Above U+10FFFF.
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xFE], [0xFF],
            // Cut off.
            [0xC2], [0xC2, 0x41], [0xE1], [0xE1, 0x80], [0xE1, 0x80, 0x41], [0xF1, 0x80, 0x80],
            [0xF1, 0x80, 0x80, 0x41], [0xF1, 0x80, 0xC0, 0x80],
        ] as [[UInt8]])
    func `what is no character is refused where it begins`(bytes: [UInt8]) {
        #expect(fault(bytes) == Fault(offset: 1, reason: .badUTF8))
        #expect(fault([0x61, 0xC3, 0xA9] + bytes) == Fault(offset: 4, reason: .badUTF8))
    }

    @Test(arguments: [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]])
    func `a character that the text cuts off is refused`(bytes: [UInt8]) {
        #expect(Fault(in: [0x22] + bytes) == Fault(offset: 1, reason: .badUTF8))
    }

    @Test func `every sequence of two bytes is judged as the standard library does`() {
        for first: UInt8 in 0x80...0xFF {
            for second in UInt8.min...UInt8.max
            where second >= 0x20 && second != 0x22 && second != 0x5C {
                let isText = String(validating: [first, second], as: UTF8.self) != nil
                guard (fault([first, second]) == nil) == isText else {
                    Issue.record("\(first) \(second) is \(isText ? "" : "not ")UTF-8")
                    return
                }
            }
        }
    }

    @Test func `random sequences are judged as the standard library does`() {
        var random = Random(seed: 11)
        let leads: [UInt8] = [0xC2, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0x61]
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = [leads.randomElement(using: &random) ?? 0x61]
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let isWild = Int.random(in: 0..<8, using: &random) == 0
                bytes.append(UInt8.random(in: isWild ? 0x23...0x5B : 0x80...0xBF, using: &random))
            }
            let isText = String(validating: bytes, as: UTF8.self) != nil
            taken += isText ? 1 : 0
            #expect((fault(bytes) == nil) == isText, "\(bytes)")
        }
        #expect(taken > 1_000)
    }

    @Test func `bytes beyond ASCII outside of strings are no values`() {
        for text in ["é", "[é]", "{\"a\":é}"] {
            let offset = text.utf8.count - Array(text.utf8.drop { $0 < 0x80 }).count
            let wanted = JSONError.Reason.unexpectedByte(0xC3, wanted: .value)
            #expect(Fault(in: Array(text.utf8)) == Fault(offset: offset, reason: wanted))
        }
    }
}
