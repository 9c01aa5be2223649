/// A dictionary in many parts, of which each grows at a time of its own: an ordinary one that
/// doubles moves all that it holds at once, which for a hundred thousand leases takes longer than
/// everything else that a batch does.
///
/// All of it is inlinable, for the reason that `DeadlineHeap` gives.
public struct GradualTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// A part moves a few hundred entries where the whole has a hundred thousand.
    @usableFromInline static var partsCount: Int { 256 }

    @usableFromInline var parts: [[Key: Value]]

    /// An empty table.
    @inlinable
    public init() { parts = Array(repeating: [:], count: Self.partsCount) }

    /// How many values there are.
    @inlinable
    public var count: Int { parts.reduce(0) { $0 + $1.count } }

    /// Every value, in no order.
    @inlinable
    public var values: [Value] {
        var found: [Value] = []
        for part in parts where !part.isEmpty { found += part.values }
        return found
    }

    /// The value of `key`.
    @inlinable
    public subscript(key: Key) -> Value? {
        get { parts[part(of: key)][key] }
        _modify { yield &parts[part(of: key)][key] }
    }

    /// Sets the value of `key` and gives the one that it had.
    @inlinable
    @discardableResult
    public mutating func updateValue(_ value: Value, forKey key: Key) -> Value? {
        parts[part(of: key)].updateValue(value, forKey: key)
    }

    /// Forgets `key` and gives the value that it had.
    @inlinable
    @discardableResult
    public mutating func removeValue(forKey key: Key) -> Value? {
        parts[part(of: key)].removeValue(forKey: key)
    }

    @inlinable
    func part(of key: Key) -> Int { key.hashValue & (Self.partsCount - 1) }
}
