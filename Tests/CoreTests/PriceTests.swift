import Core
import Testing

@Suite struct `Prices` {
    @Test(
        arguments: [
            ("0", 0), ("0.05", 50_000_000), ("1", 1_000_000_000), ("29.00", 29_000_000_000),
            ("0.000000001", 1), ("999999.999999999", 999_999_999_999_999), ("10.5", 10_500_000_000),
        ] as [(String, Int64)])
    func `a decimal is held in whole parts of 10⁻⁹`(text: String, nanos: Int64) {
        #expect(Price(text: text)?.nanos == nanos)
    }

    @Test(arguments: [
        "0", "1", "0.05", "0.5", "29", "29.9", "0.000000001", "0.00000001", "999999.999999999",
        "100", "100.01", "1.000000001",
    ])
    func `the shortest text of a price comes back`(text: String) {
        #expect(Price(text: text)?.description == text)
    }

    @Test func `every price survives its text`() {
        var random = Random(seed: 7)
        for _ in 0..<5_000 {
            let digits = Int.random(in: 0...15, using: &random)
            let bound = (0..<digits).reduce(Int64(1)) { power, _ in power * 10 }
            let price = Price(nanos: Int64.random(in: 0..<bound, using: &random))
            #expect(Price(text: price.description) == price)
        }
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "-1", "+1", "-0.05", "1e3", "1,5", "1.5.0", " 1", "1 ", "0x10", "NaN",
        "1.0000000001", "1000000", "9999999", "12345678", "1_000", "１", "1.５", "1\0", "$1",
        "99999999999999999999",
    ])
    func `text that is no price is refused`(text: String) {
        #expect(Price(text: text) == nil)
    }

    @Test func `prices are ordered by their amount`() throws {
        let texts = ["0", "0.000000001", "0.05", "0.5", "1", "10", "999999.9"]
        let prices = try texts.map { try #require(Price(text: $0)) }
        #expect(prices.sorted() == prices)
        #expect(prices.reversed().sorted() == prices)
    }

    @Test func `units cost their price so often, exactly or not at all`() throws {
        let cent = try #require(Price(text: "0.05"))
        #expect(cent.times(0) == Price(nanos: 0))
        #expect(cent.times(3)?.description == "0.15")
        #expect(cent.times(Int64.max / 50_000_000)?.nanos == Int64.max / 50_000_000 * 50_000_000)
        #expect(cent.times(Int64.max / 50_000_000 + 1) == nil)
    }
}
