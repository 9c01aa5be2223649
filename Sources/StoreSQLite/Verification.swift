package import Store

/// Checks what must always be true of a data folder's rows, on one snapshot.
package struct Verification: Sendable {
    /// How many invariants were looked at.
    package let checks: Int
    package let jobs: Int64
    /// Each invariant that does not hold, with how often and an example.
    package let faults: [String]

    /// Looks at the folder's database, which a server may be using.
    package static func run(
        folder: String, disk: any DiskFiles = SystemFiles()
    ) throws(StoreError) -> Verification {
        let database = try Database(path: folder + "/weir.db", role: .reader, disk: disk)
        try database.execute("BEGIN")
        var faults: [String] = []
        for invariant in VerificationSQL.invariants {
            let found = try database.prepare(
                "SELECT count(*), min(example) FROM (\(invariant.violations))"
            ).first { ($0.int(0), $0.optionalText(1) ?? "") }
            if let (count, example) = found, count > 0 {
                faults.append("\(invariant.name): \(count) rows, such as \(example)")
            }
        }
        let integrity =
            try database.prepare("PRAGMA quick_check(1)").first { $0.text(0) } ?? "no answer"
        if integrity != "ok" { faults.append("the file is sound: \(integrity)") }
        let jobs = try database.prepare("SELECT count(*) FROM jobs").first { $0.int(0) } ?? 0
        try database.execute("COMMIT")
        return Verification(
            checks: VerificationSQL.invariants.count + 1, jobs: jobs, faults: faults)
    }
}
