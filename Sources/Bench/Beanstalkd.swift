/// Measures a beanstalkd on this machine, by the same client, for comparison.
enum Beanstalkd {
    /// Puts and reserves, once each for each run; the jobs that were put are taken afterwards.
    static func table(
        port: Int, _ options: BenchOptions, say: (String) -> Void
    ) throws(BenchError) -> String {
        var puts: [Double] = []
        var takes: [Double] = []
        for number in 1...options.runs {
            say("beanstalkd, run \(number) of \(options.runs)")
            let put = try run(port: port, options, puts: true, waiting: 0)
            puts += [put.window.rate].compactMap { $0 }
            let take = try run(port: port, options, puts: false, waiting: put.waiting)
            takes += [take.window.rate].compactMap { $0 }
        }
        let rows = [("puts", puts), ("reserve + delete", takes)].map { name, values in
            [
                "beanstalkd, \(name), \(RowRunner.connections) connections",
                FigureText.value(Statistics.median(values) ?? 0, .perSecond),
                FigureText.number(values.min() ?? 0) + "…"
                    + FigureText.number(values.max() ?? 0),
            ]
        }
        return MarkdownTable.text([["what", "median", "spread"]] + rows)
    }

    private static func run(
        port: Int, _ options: BenchOptions, puts: Bool, waiting: Int
    ) throws(BenchError) -> BeanstalkdLoad {
        let load = BeanstalkdLoad(
            connections: RowRunner.connections, puts: puts, waiting: waiting,
            window: RateWindow(seconds: options.seconds, meter: CPUMeter(process: nil)))
        try Load.run(load, port: port, connections: RowRunner.connections, reader: .beanstalkd)
        return load
    }
}
