/// A value that few of very many have: eight bytes where there is none, wherever it lies.
@propertyWrapper
package struct Seldom<Value: Hashable & Sendable>: Hashable, Sendable {
    private var content: Content

    private enum Content: Hashable, Sendable {
        case none
        indirect case some(Value)
    }

    /// Holds this value, or none.
    package init(wrappedValue: Value?) {
        content = wrappedValue.map { .some($0) } ?? .none
    }

    /// The value, if there is one.
    package var wrappedValue: Value? {
        get {
            switch content {
            case .none: nil
            case .some(let value): value
            }
        }
        set { self = Seldom(wrappedValue: newValue) }
    }
}
