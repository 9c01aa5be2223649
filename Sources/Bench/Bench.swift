/// Measures the figures that Weir is to reach.
package enum Bench {
    /// Runs the rows and gives the report, as text or as JSON. `say` tells what is going on.
    package static func run(
        _ options: BenchOptions, say: @escaping (String) -> Void
    ) throws(BenchError) -> String {
        let work = try WorkFolder(in: options.folder)
        let machine = try Machine(folder: work.path)
        let runner = RowRunner(options, work: work, say: say)
        var report = Report(machine: machine, options: options)
        if let port = options.beanstalkdPort {
            report.comparison = try Beanstalkd.table(port: port, options, say: say)
            return report.text
        }
        for column in options.columns {
            for row in options.rows {
                try measure(row, column, runner, options, &report, say)
            }
        }
        return options.isJSON ? report.json : report.text
    }

    private static func measure(
        _ row: BenchRow, _ column: BenchColumn, _ runner: RowRunner, _ options: BenchOptions,
        _ report: inout Report, _ say: (String) -> Void
    ) throws(BenchError) {
        let measures = Measure.all(of: row, in: column)
        guard !measures.isEmpty else { return }
        if row == .memory, report.addMemory(of: column) { return }
        var results: [RunResult] = []
        for number in 1...options.runs {
            say("\(row.rawValue), \(column.rawValue), run \(number) of \(options.runs)")
            let disturbance = Disturbance()
            var result = try runner.run(row, column)
            result.othersPercent = disturbance.percent
            guard result.values.count == measures.count else {
                throw BenchError("a run of '\(row.rawValue)' gave no figure")
            }
            results.append(result)
        }
        report.add(measures, results)
    }
}
