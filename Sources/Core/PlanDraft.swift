/// A plan as a file gives it, before it has a version.
package struct PlanDraft: Hashable, Sendable {
    package let id: String
    package let terms: PlanTerms
    /// The terms as canonical JSON: what is stored, and compared to see whether a plan changed.
    package let text: String

    /// Plan `id` with these terms, and their text.
    package init(id: String, terms: PlanTerms, text: String) {
        self.id = id
        self.terms = terms
        self.text = text
    }
}
