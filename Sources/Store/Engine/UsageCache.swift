import Core

/// The counters that one batch has read and changed. They are rows again before the batch commits,
/// so a counter is read once and written once however many jobs of a tenant the batch starts.
struct UsageCache {
    private var usages: [Int: Usage] = [:]
    private var changed: Set<Int> = []

    /// The tenant's counter, from the rows if this batch has not seen it.
    mutating func usage(
        tenant: Int, period: Period, rows: any RowStore
    ) throws(StoreError) -> Usage {
        if let usage = usages[tenant] { return usage }
        let usage = try rows.usage(tenant: Int64(tenant + 1), period: period)
        usages[tenant] = usage
        return usage
    }

    mutating func put(_ usage: Usage, tenant: Int) {
        usages[tenant] = usage
        changed.insert(tenant)
    }

    /// Writes what changed and forgets everything.
    mutating func flush(period: Period, rows: any RowStore) throws(StoreError) {
        for tenant in changed {
            guard let usage = usages[tenant] else { continue }
            try rows.putUsage(usage, tenant: Int64(tenant + 1), period: period)
        }
        clear()
    }

    mutating func clear() {
        usages.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
    }
}
