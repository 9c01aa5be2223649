/// Values by key, of which those that were not used for long are forgotten: the keys of the last
/// `countMax` that were used are known, and of twice as many at most.
package struct RecentTable<Key: Hashable, Value> {
    private let countMax: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    /// How many keys were forgotten.
    package private(set) var forgotten: UInt32 = 0

    package init(countMax: Int) { self.countMax = countMax }

    /// The value, without a use.
    package subscript(key: Key) -> Value? { young[key] ?? old[key] }

    /// Changes the value of a key that is used now, or what it has if it is not known.
    package mutating func use(
        _ key: Key, otherwise first: @autoclosure () -> Value, _ change: (inout Value) -> Void
    ) {
        if young[key] == nil {
            let value = old.removeValue(forKey: key) ?? first()
            if young.count >= countMax {
                forgotten &+= UInt32(truncatingIfNeeded: old.count)
                old = young
                young = [:]
            }
            young[key] = value
        }
        change(&young[key, default: first()])
    }
}
