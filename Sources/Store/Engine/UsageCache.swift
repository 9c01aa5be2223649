import Core

/// The counters that one batch has read and changed. They are rows again before the batch commits,
/// so a counter is read once and written once however many jobs of a tenant the batch starts.
struct UsageCache {
    private var usages: [UsageKey: Usage] = [:]
    private var changed: Set<UsageKey> = []

    /// The counter, from the rows if this batch has not seen it.
    mutating func usage(_ key: UsageKey, rows: any RowStore) throws(StoreError) -> Usage {
        if let usage = usages[key] { return usage }
        let usage = try rows.usage(key)
        usages[key] = usage
        return usage
    }

    /// Takes over a counter that a scan found.
    mutating func load(_ row: UsageRow) { usages[row.key] = row.usage }

    /// A counter that a scan would have found, had there been one.
    mutating func assumeNone(_ key: UsageKey, if isScanned: Bool) {
        if isScanned, usages[key] == nil { usages[key] = Usage.none }
    }

    mutating func put(_ usage: Usage, _ key: UsageKey) {
        usages[key] = usage
        changed.insert(key)
    }

    /// Writes what changed and forgets everything.
    mutating func flush(rows: any RowStore) throws(StoreError) {
        for key in changed {
            guard let usage = usages[key] else { continue }
            try rows.putUsage(UsageRow(key: key, usage: usage))
        }
        clear()
    }

    mutating func clear() {
        usages.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
    }
}
