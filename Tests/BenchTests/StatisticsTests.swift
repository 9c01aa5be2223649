import Bench
import Testing

@Suite struct `The arithmetic of figures` {
    @Test func `the median is the middle, whatever the order`() {
        #expect(Statistics.median([3, 1, 2]) == 2)
        #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
        #expect(Statistics.median([7]) == 7)
        #expect(Statistics.median([]) == nil)
    }

    @Test(arguments: [(0.0, 1.0), (1, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)])
    func `a percentile is one of the values`(percent: Double, value: Double) {
        let values = (1...100).map(Double.init).shuffled()
        #expect(Statistics.percentile(percent, of: values) == value)
    }

    @Test func `the 99th of few values is the greatest`() {
        #expect(Statistics.percentile(99, of: [5, 9, 1]) == 9)
        #expect(Statistics.percentile(50, of: [5, 9, 1]) == 5)
        #expect(Statistics.percentile(50, of: []) == nil)
    }

    @Test func `a figure says how far it reaches, more being better`() throws {
        let rate = try #require(Measure.all(of: .submit, in: .small).first)
        #expect(Figure(rate, [10_000, 20_000, 90_000]).ratio == 0.5)
        let tail = try #require(Measure.all(of: .start, in: .large).last)
        let figure = Figure(tail, [40, 5, 4])
        #expect(figure.ratio == 2)
        #expect(figure.least == 4 && figure.greatest == 40)
        let median = try #require(Measure.all(of: .start, in: .large).first)
        #expect(Figure(median, [1]).ratio == nil)
    }

    @Test func `every row has a target in the large column`() {
        for row in BenchRow.allCases {
            #expect(Measure.all(of: row, in: .large).contains { $0.target != nil })
        }
        #expect(Measure.all(of: .quota, in: .small).isEmpty)
    }

    @Test(arguments: [
        (0.0, "0.00"), (0.456, "0.46"), (9.999, "10.00"), (12.34, "12.3"), (123.4, "123"),
        (999.6, "1000"), (1_234.4, "1,234"), (1_000_000, "1,000,000"), (-2.5, "-2.50"),
    ])
    func `numbers show about three digits`(value: Double, text: String) {
        #expect(FigureText.number(value) == text)
    }

    @Test func `figures and targets carry their units`() {
        #expect(FigureText.value(41_234, .perSecond) == "41,234/s")
        #expect(FigureText.value(0.42, .milliseconds) == "0.42 ms")
        #expect(FigureText.target(.atLeast(40_000), .perSecond) == "≥ 40,000/s")
        #expect(FigureText.target(.lessThan(1.3), .times) == "< 1.3×")
        #expect(FigureText.target(nil, .times) == "")
    }
}
