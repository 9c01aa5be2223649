import Store

/// How many rows there are of what is kept for long, so that a missing one is noticed. The counts
/// are in `meta`; those of a batch are written before it commits.
struct KeptRows {
    private var counts: [Kind: Int64] = [:]
    private var changed: Set<Kind> = []

    /// What is counted. The names are keys of `meta`.
    enum Kind: String, CaseIterable {
        case alerts = "alerts_kept"
        case usageEvents = "usage_events_kept"
        case folds = "folds_kept"
        case foldedCharges = "folded_charges_kept"
    }

    /// No rows.
    init() {}

    /// As many rows as `meta` says.
    init(_ meta: (String) throws(StoreError) -> Int64?) throws(StoreError) {
        for kind in Kind.allCases { counts[kind] = try meta(kind.rawValue) ?? 0 }
    }

    /// One more row was written.
    mutating func add(_ kind: Kind) {
        counts[kind, default: 0] += 1
        changed.insert(kind)
    }

    /// One row was deleted.
    mutating func remove(_ kind: Kind) {
        counts[kind, default: 0] -= 1
        changed.insert(kind)
    }

    /// The counts that are to be written.
    mutating func takeChanged() -> [(key: String, count: Int64)] {
        guard !changed.isEmpty else { return [] }
        defer { changed = [] }
        return changed.map { ($0.rawValue, counts[$0, default: 0]) }
    }
}
