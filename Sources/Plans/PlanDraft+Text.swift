package import Core

extension PlanDraft {
    /// The plan `id` with these terms, and the text that the store keeps of them.
    package init(id: String, terms: PlanTerms) {
        self.init(id: id, terms: terms, text: PlanText.write(terms))
    }

    /// The plans that stand in where no file names others.
    package static var standard: [PlanDraft] {
        PlanCatalog.standard.plans.map { PlanDraft(id: $0.id, terms: $0.terms) }
    }
}

extension [PlanDraft] {
    /// The plans that stand in where no file names others.
    package static var standard: [PlanDraft] { PlanDraft.standard }
}
