package import Core
import JSON

/// Terms as the store keeps them: JSON with its members in the order of their names, the same
/// however a file was laid out.
///
/// What Weir would choose where a file is silent is written out, so that a version of a plan means
/// the same when a later Weir would choose otherwise. What is empty is left out, so that a field
/// which a later Weir adds changes no plan that does not use it. The provider's price ids are not
/// in it, but the names of the variables that hold them are.
package enum PlanText {
    /// The text of these terms.
    package static func write(_ terms: PlanTerms) -> String {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        if !terms.costs.isEmpty { TermsWriter.costs(terms, &writer) }
        if !terms.features.isEmpty { TermsWriter.features(terms, &writer) }
        if !terms.featuresOfKinds.isEmpty { TermsWriter.kinds(terms, &writer) }
        TermsWriter.limits(terms, &writer, keepsNulls: false)
        // Null and absent are not the same here.
        writer.field("max_held", terms.heldMax)
        writer.field("max_payload", terms.payloadBytesMax)
        if let runningMax = terms.runningMax { writer.field("max_running", runningMax) }
        writer.field("max_waiting", terms.waitingMax)
        writer.field("name", terms.name)
        writer.field("period", terms.period.name)
        if !terms.prices.isEmpty { TermsWriter.prices(terms, &writer, showsProvider: false) }
        writer.field("rank", terms.rank)
        if let rate = terms.rate { TermsWriter.rate(rate, &writer) }
        writer.field("retention_days", terms.retentionDays)
        writer.field("weight", terms.weight)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The terms that a text stands for, with the provider's prices as the environment has them
    /// now. Throws where the text is damaged, or from a Weir that knew more fields.
    package static func read(
        _ text: String, environment: (String) -> String?
    ) throws(PlanFault) -> PlanTerms {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(validating: Array(text.utf8))
        } catch {
            throw PlanFault(message: "is not JSON: \(error)")
        }
        var reader = PlanReader(document)
        let known = PlanField.allCases.filter { $0 != .id }
        var terms: PlanTerms?
        if let fields = reader.fields(of: reader.root, known) {
            terms = reader.terms(fields, of: reader.root, isFree: false)
            terms?.featuresOfKinds = Dictionary(
                uniqueKeysWithValues: reader.kinds(fields[.kinds]).map { ($0.kind, $0.feature) })
        }
        if let fault = reader.faults.error?.faults.first { throw fault }
        guard var terms else { preconditionFailure("stored terms are unread and without fault") }
        terms.prices = terms.prices.map { $0.resolved(by: environment) }
        return terms
    }
}
