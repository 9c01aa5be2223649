/// What becomes of invoices while no money is collected. It changes neither status nor plan; people
/// are shown it. The numbers are stored.
package enum PauseCollection: Int64, Hashable, Sendable, CaseIterable {
    case other = 0
    case keepAsDraft = 1
    case markUncollectible = 2
    case void = 3

    /// The behaviour that the provider's word names.
    package init(name: String) {
        self =
            switch name {
            case "keep_as_draft": .keepAsDraft
            case "mark_uncollectible": .markUncollectible
            case "void": .void
            default: .other
            }
    }
}
