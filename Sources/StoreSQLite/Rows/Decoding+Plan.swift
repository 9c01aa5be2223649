import Core
import Plans
import Store

extension Decoding {
    /// A version of a plan, with its prices' ids as the environment has them now. `known` has the
    /// terms of texts that were read before.
    static func plan(
        _ row: Statement, known: inout [String: PlanTerms], environment: (String) -> String?
    ) throws(StoreError) -> PlanRow {
        let (id, text) = (row.text(0), row.text(2))
        let version = try bounded(row.int(1), versions, "plan's version")
        do throws(PlanFault) {
            let terms: PlanTerms
            if let found = known[text] {
                terms = found
            } else {
                terms = try PlanText.read(text, environment: environment)
                known[text] = terms
            }
            return PlanRow(
                plan: Plan(id: id, version: version, terms: terms), text: text,
                isOffered: row.int(3) == 1)
        } catch {
            throw StoreError(
                .corrupt,
                "the stored terms of plan '\(id)', version \(version), cannot be read: \(error)")
        }
    }
}
