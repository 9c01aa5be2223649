import Core
import HTTP
import JSON
import Store

/// The items of a call that ends attempts: what goes to the store, and what is answered without it.
struct LeaseItems {
    /// Every token, in the order of the call. One that has not the form of a token is replaced by
    /// one that names no attempt, so that the store finds it lost.
    private(set) var tokens: [LeaseToken] = []
    /// The tokens that had not the form of one, as they were sent.
    private var misshapen: [Int: String] = [:]
    /// The items that the store is not told of.
    private var refused: [Int: Problem] = [:]

    private static let nobody = LeaseToken(attempt: AttemptID(rawValue: 0), secret: 0)
    /// Enough to recognise what was sent.
    private static let misshapenBytesMax = 200

    /// Adds the item whose token is at `spot`.
    mutating func add(_ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader) -> LeaseToken {
        let text = reader.string(reader.required(node, spot), spot) ?? ""
        let token = LeaseToken(text: text)
        if token == nil {
            misshapen[tokens.count] = text.clamped(bytesMax: Self.misshapenBytesMax)
        }
        tokens.append(token ?? Self.nobody)
        return token ?? Self.nobody
    }

    /// The item added last is refused.
    mutating func refuseLast(_ problem: Problem) { refused[tokens.count - 1] = problem }

    /// The text of a token, as it was sent.
    func text(_ index: Int) -> String { misshapen[index] ?? tokens[index].description }

    /// The outcomes as an answer, in the order of the items. A single item that is stale or refused
    /// is a problem of the whole call.
    func answer(
        _ outcomes: [LeaseOutcome], to verb: StaticString, showsRunAt: Bool = false
    ) -> Response {
        precondition(
            outcomes.count + refused.count == tokens.count,
            "\(tokens.count) tokens were sent, \(outcomes.count) were answered")
        if tokens.count == 1, let problem = refused[0] ?? stale(outcomes[0], 0, verb) {
            return problem.response()
        }
        var writer = JSONWriter(capacity: 16 + tokens.count * 128)
        writer.beginObject()
        writer.key("results")
        writer.beginArray()
        var outcomes = outcomes.makeIterator()
        for index in tokens.indices {
            writer.beginObject()
            writer.field("token", text(index))
            if let problem = refused[index] {
                writer.error(problem)
            } else if let outcome = outcomes.next() {
                write(outcome, index, verb, showsRunAt: showsRunAt, &writer)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(200, writer)
    }

    private func write(
        _ outcome: LeaseOutcome, _ index: Int, _ verb: StaticString, showsRunAt: Bool,
        _ writer: inout JSONWriter
    ) {
        switch outcome {
        case .ended(let state, let runAt):
            writer.field("state", state.name)
            if showsRunAt { writer.time("run_at", runAt) }
        case .stale(let reason):
            writer.error(.stale(reason, token: text(index), verb: verb))
        }
    }

    private func stale(_ outcome: LeaseOutcome, _ index: Int, _ verb: StaticString) -> Problem? {
        guard case .stale(let reason) = outcome else { return nil }
        return .stale(reason, token: text(index), verb: verb)
    }
}

extension JSONWriter {
    fileprivate mutating func error(_ problem: Problem) {
        key("error")
        problem.write(into: &self, withType: false)
    }
}

extension Problem {
    /// Why a token no longer counts (SEMANTICS §5).
    static func stale(_ reason: StaleReason, token: String, verb: StaticString) -> Problem {
        switch reason {
        case .alreadyFinished:
            Problem(
                .alreadyFinished,
                detail: "The lease '\(token)' was ended before by another call than \(verb); the"
                    + " first call holds. Nothing was changed.")
        case .leaseExpired:
            Problem(
                .leaseExpired,
                detail: "The lease '\(token)' ended before this call came. The job will be handed"
                    + " out again; send heartbeats in time or ask for a longer lease.")
        case .leaseLost:
            Problem(
                .leaseLost,
                detail: "The lease '\(token)' is unknown, or a newer attempt has the job. Nothing"
                    + " was changed; drop this attempt's work.")
        }
    }
}
