import JSON

/// All that a bench found, and on what.
struct Report {
    private let machine: Machine
    private let options: BenchOptions
    private let commit: String
    private var figures: [Figure] = []
    private var costs: [(measure: Measure, shares: [CPUMeter.Share])] = []
    /// The table of another queue on the same machine.
    var comparison: String?
    /// The server's memory after each run of pull + complete, by column.
    private var memory: [BenchColumn: (sizes: [Double], othersPercent: Double)] = [:]

    init(machine: Machine, options: BenchOptions) {
        self.machine = machine
        self.options = options
        commit = Commit.name(options.commit)
    }

    /// Takes in the runs of one row in one column.
    mutating func add(_ measures: [Measure], _ results: [RunResult]) {
        let others = results.map(\.othersPercent).max() ?? 0
        for (index, measure) in measures.enumerated() {
            figures.append(
                Figure(measure, results.map { $0.values[index] }, othersPercent: others))
        }
        guard let first = measures.first else { return }
        if let cost = results.last?.cost, !cost.isEmpty { costs.append((first, cost)) }
        if first.row == .pull {
            memory[first.column] = (results.compactMap(\.residentMebibytes), others)
        }
    }

    /// The row of memory, if its runs were made already; false if not.
    mutating func addMemory(of column: BenchColumn) -> Bool {
        guard let (sizes, others) = memory[column], !sizes.isEmpty else { return false }
        for measure in Measure.all(of: .memory, in: column) {
            figures.append(Figure(measure, sizes, othersPercent: others))
        }
        return true
    }

    // MARK: Text

    /// The report for people, its tables in Markdown.
    var text: String {
        let head = [
            "machine   \(machine.processor), \(machine.cores) cores,"
                + " \(FigureText.number(machine.memoryGibibytes)) GiB, Linux \(machine.kernel)",
            "disk      \(machine.fileSystem), fdatasync of 4 KiB"
                + " \(FigureText.number(machine.syncMilliseconds)) ms",
            "load      \(machine.loadAverage) before the first run",
            "commit    \(commit)",
            "settings  \(RowRunner.settings); \(options.runs) runs of"
                + " \(FigureText.number(options.seconds)) s, medians",
        ]
        var tables = figures.isEmpty ? [] : [table]
        if !costs.isEmpty { tables.append(costTable) }
        if let comparison { tables.append(comparison) }
        return head.joined(separator: "\n") + "\n\n" + tables.joined(separator: "\n")
    }

    private var table: String {
        let rows = figures.map { figure -> [String] in
            let measure = figure.measure
            let unit = measure.unit
            return [
                name(measure), measure.column.rawValue,
                FigureText.value(figure.median, unit),
                FigureText.number(figure.least) + "…" + FigureText.number(figure.greatest),
                FigureText.target(measure.target, unit),
                figure.ratio.map { FigureText.decimal($0, places: 2) } ?? "",
                FigureText.decimal(figure.othersPercent, places: 0) + " %",
            ]
        }
        return MarkdownTable.text(
            [["what", "column", "median", "spread", "target", "reached", "others"]] + rows)
    }

    private var costTable: String {
        let threads = costs.first?.shares.map(\.thread) ?? []
        let rows = costs.map { cost in
            [name(cost.measure), cost.measure.column.rawValue]
                + threads.map { thread in
                    cost.shares.first { $0.thread == thread }
                        .map { FigureText.number($0.microseconds) } ?? ""
                }
        }
        return "CPU time for one job, in µs, by thread (the last run):\n\n"
            + MarkdownTable.text([["what", "column"] + threads] + rows)
    }

    private func name(_ measure: Measure) -> String {
        measure.row.summary + (measure.part.isEmpty ? "" : ", " + measure.part)
    }

    // MARK: JSON

    /// The report for programs.
    var json: String {
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.key("machine")
        writer.beginObject()
        writer.field("processor", machine.processor)
        writer.field("cores", machine.cores)
        writer.field("kernel", machine.kernel)
        writer.key("memory_gib")
        writer.number(machine.memoryGibibytes)
        writer.field("file_system", machine.fileSystem)
        writer.key("sync_ms")
        writer.number(machine.syncMilliseconds)
        writer.field("load_average", machine.loadAverage)
        writer.endObject()
        writer.field("commit", commit)
        writer.field("settings", RowRunner.settings)
        writer.field("runs", options.runs)
        writer.key("seconds")
        writer.number(options.seconds)
        writer.key("figures")
        writer.beginArray()
        for figure in figures { write(figure, to: &writer) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    private func write(_ figure: Figure, to writer: inout JSONWriter) {
        let measure = figure.measure
        writer.beginObject()
        writer.field("row", measure.row.rawValue)
        writer.field("column", measure.column.rawValue)
        writer.field("part", measure.part)
        writer.field("unit", measure.unit.rawValue)
        writer.key("median")
        writer.number(figure.median)
        writer.key("values")
        writer.beginArray()
        for value in figure.values { writer.number(value) }
        writer.endArray()
        writer.key("others_percent")
        writer.number(figure.othersPercent)
        writer.key("target")
        switch measure.target {
        case .atLeast(let bound), .lessThan(let bound): writer.number(bound)
        case nil: writer.null()
        }
        writer.key("reached")
        if let ratio = figure.ratio { writer.number(ratio) } else { writer.null() }
        writer.endObject()
    }
}
