import Core
import JSON
import Plans

/// What `weir plans check` says of a file.
struct PlanCheck {
    private let reading: Result<[PlanDraft], PlanFileError>
    /// Variables that a price names and that hold nothing, in the order of the file.
    private let unset: [String]

    /// Reads the file's bytes.
    init(_ bytes: [UInt8], environment: (String) -> String?) {
        do throws(PlanFileError) {
            let drafts = try PlanFile.read(bytes, environment: environment)
            reading = .success(drafts)
            unset = drafts.flatMap(\.terms.prices).compactMap { price in
                price.providerPrice == nil ? price.environmentName : nil
            }
        } catch {
            reading = .failure(error)
            unset = []
        }
    }

    /// No if there is a mistake in the file; a variable that is unset is none.
    var code: ExitCode {
        switch reading {
        case .success: .ok
        case .failure: .failed
        }
    }

    // MARK: For people

    /// A line per plan, or one per mistake; `file` is what the file was called.
    func lines(file: String) -> [String] {
        switch reading {
        case .success(let drafts):
            let plans = drafts.sorted { $0.terms.rank < $1.terms.rank }
            let count = plans.count == 1 ? "1 plan" : "\(plans.count) plans"
            return Terminal.rows([PlanCheck.titles] + plans.map(PlanCheck.row))
                + unset.map { "\($0) is unset: the price that names it cannot be bought" }
                + ["\(file): \(count), no mistakes"]
        case .failure(let error):
            let mistakes = error.faults.map { fault in
                [fault.path.isEmpty ? "\(file): \(fault.message)" : fault.description]
            }
            let count = error.faults.count + error.moreCount
            return Terminal.rows(mistakes)
                + ["\(file): " + (count == 1 ? "1 mistake" : "\(count) mistakes")]
                + (error.moreCount == 0 ? [] : ["the first \(error.faults.count) are told"])
        }
    }

    private static let titles = [
        "plan", "rank", "name", "jobs", "other limits", "held", "running", "rate", "weight",
        "prices", "features",
    ]

    private static func row(_ draft: PlanDraft) -> [String] {
        let terms = draft.terms
        let prices = terms.prices.map { "\($0.amount) \($0.currency)/\($0.interval.name)" }
        return [
            draft.id, "\(terms.rank)", terms.name, limit(terms.jobs),
            list(terms.others.map { "\($0.metric.name) \(limit($0))" }),
            terms.heldMax.map { "\($0)" } ?? "-", terms.runningMax.map { "\($0)" } ?? "-",
            terms.rate.map { "\($0.starts) in \(DurationText.text($0.perMilliseconds))" } ?? "-",
            "\(terms.weight)", list(prices), list(terms.features.sorted()),
        ]
    }

    /// `100`, `100 soft`, `100 +0.05`, or `unlimited`.
    private static func limit(_ terms: MetricTerms) -> String {
        guard let units = terms.limit.units else { return "unlimited" }
        var text = "\(terms.metric.shown(units))"
        switch terms.cap {
        case .hard: break
        case .soft: text += " soft"
        }
        if let price = terms.overagePrice { text += " +\(price)" }
        return text
    }

    private static func list(_ words: [String]) -> String {
        words.isEmpty ? "-" : words.joined(separator: ", ")
    }

    // MARK: For programs

    /// The same as one object.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        switch reading {
        case .success(let drafts):
            writer.field("ok", true)
            writer.key("plans")
            writer.beginArray()
            for draft in drafts {
                let plan = Plan(id: draft.id, terms: draft.terms)
                PlanJSON.write(&writer, plan: plan, for: .admin)
            }
            writer.endArray()
            writer.key("unset")
            writer.beginArray()
            for name in unset { writer.string(name) }
            writer.endArray()
        case .failure(let error):
            writer.field("ok", false)
            writer.key("mistakes")
            writer.beginArray()
            for fault in error.faults {
                writer.beginObject()
                writer.field("path", fault.path)
                writer.field("message", fault.message)
                writer.endObject()
            }
            writer.endArray()
            writer.field("more", error.moreCount)
        }
        writer.endObject()
        return writer.bytes
    }
}
