package import Core
package import Store

/// What lies in the tables, as far as anybody was told of it.
package struct FoundRows {
    /// True when the first migration has ended; nothing was ever promised before.
    package private(set) var hasTables = false
    package private(set) var tenants: Set<String> = []
    package private(set) var payloads: [Int64: String] = [:]
    /// How each job ended that did.
    package private(set) var ends: [Int64: JobEnd] = [:]
    package private(set) var attempts: Set<Int64> = []
    package private(set) var openAttempts: Set<Int64> = []

    /// Reads the tables with a connection of its own.
    package init(path: String, disk: any DiskFiles) throws(StoreError) {
        let database = try Database(path: path, role: .reader, disk: disk)
        hasTables = try database.prepare(FoundSQL.version).first { $0.int(0) > 0 } ?? false
        guard hasTables else { return }
        tenants = Set(try database.prepare(FoundSQL.tenants).all { $0.text(0) })
        for (id, payload) in try database.prepare(FoundSQL.payloads)
            .all({ ($0.int(0), $0.text(1)) })
        {
            payloads[id] = payload
        }
        for (id, end) in try database.prepare(FoundSQL.ends)
            .all({ ($0.int(0), JobEnd(rawValue: $0.int(1))) })
        {
            ends[id] = end
        }
        for (id, isOpen) in try database.prepare(FoundSQL.attempts)
            .all({ ($0.int(0), $0.int(1) == 1) })
        {
            attempts.insert(id)
            if isOpen { openAttempts.insert(id) }
        }
    }
}
