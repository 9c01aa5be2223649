import StoreSQLite

/// `weir verify`.
enum VerifyCommand {
    static let command = Command(
        name: "verify", arguments: "",
        summary: "Check every invariant of a data folder. The server may be running.",
        argumentsMin: 0, argumentsMax: 0,
        options: [Option("data", "DIR", environment: "WEIR_DATA", "the data folder; ./data")],
        run: { arguments in
            let folder = arguments.value("data") ?? "./data"
            try DataFolder.requireStore(in: folder)
            let report = try Verification.run(folder: folder)
            for fault in report.broken {
                Terminal.line("FAULT \(fault.invariant.rawValue): \(fault.count)")
                for example in fault.examples { Terminal.line("  \(example)") }
                let rest = fault.count - fault.examples.count
                if rest > 0 { Terminal.line("  and \(rest) more") }
            }
            let jobs = report.jobs == 1 ? "1 job" : "\(report.jobs) jobs"
            Terminal.line(
                "\(folder): \(Invariant.allCases.count) invariants over \(jobs), "
                    + (report.broken.isEmpty ? "all hold" : "\(report.broken.count) broken"))
            return report.broken.isEmpty ? .ok : .failed
        })
}
