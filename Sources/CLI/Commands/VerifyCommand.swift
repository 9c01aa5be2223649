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
            let report = try Verification.run(folder: folder)
            for fault in report.faults { Terminal.line("FAULT \(fault)") }
            Terminal.line(
                "\(folder): \(report.checks) invariants checked over \(report.jobs) jobs, "
                    + (report.faults.isEmpty ? "all hold" : "\(report.faults.count) faults"))
            return report.faults.isEmpty ? .ok : .failed
        })
}
