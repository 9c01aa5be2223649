import Core
import HTTP
import JSON
import Store

/// Reads the fields of a submitted job (API §3).
struct JobFields {
    private enum Field: Int, FieldNames {
        case kind, payload, queue, priority, runAt, delay, attemptsMax, backoff, timeout
        case expiresIn, uniqueKey, tags, cost

        var name: StaticString {
            switch self {
            case .kind: "kind"
            case .payload: "payload"
            case .queue: "queue"
            case .priority: "priority"
            case .runAt: "run_at"
            case .delay: "delay"
            case .attemptsMax: "max_attempts"
            case .backoff: "backoff"
            case .timeout: "timeout"
            case .expiresIn: "expires_in"
            case .uniqueKey: "unique_key"
            case .tags: "tags"
            case .cost: "cost"
            }
        }
    }

    /// The job, complete only if the reader has noted nothing.
    private(set) var spec = JobSpec(kind: "")
    /// Set where the payload is larger than may be kept: the job is refused, others are not.
    private(set) var tooLarge: Problem?
    private var hasKind = false
    private var hasRunAt = false
    private var hasDelay = false
    /// The fields that are there, one bit each.
    private var said: UInt32 = 0

    /// Reads the object at `place`.
    init(
        _ node: JSONNode, at place: Place, _ context: RequestContext, _ reader: inout BodyReader
    ) {
        spec.mayCostLess = context.caller.grant.scope == .admin
        var fields = FieldWalk<Field>(node, at: place, &reader)
        while let (field, value) = fields.next(&reader) {
            read(field, value, fields.spot(field), now: context.now, &reader)
        }
        if !hasKind, node.kind == .object {
            reader.refuse(place.path("kind"), "is missing; name the kind of the job")
        }
        if hasRunAt, hasDelay {
            reader.refuse(place.path("delay"), "is there together with run_at; give one of them")
        }
        if let terms = context.scene.kinds.terms[spec.kind] { take(terms) }
    }

    /// Where the submit is silent, the kind's own terms hold, and of time and attempts they are the
    /// most (SEMANTICS §5).
    private mutating func take(_ terms: KindTerms) {
        if !has(.queue), let queue = terms.queue { spec.queue = queue }
        if !has(.backoff), let backoff = terms.backoff { spec.backoff = backoff }
        if let most = terms.attemptsMax {
            spec.attemptsMax = has(.attemptsMax) ? min(spec.attemptsMax, most) : most
        }
        if let most = terms.timeoutMilliseconds {
            spec.timeoutMilliseconds =
                has(.timeout) ? min(spec.timeoutMilliseconds, most) : most
        }
    }

    private func has(_ field: Field) -> Bool { said & 1 << UInt32(field.rawValue) != 0 }

    private mutating func read(
        _ field: Field, _ value: JSONNode, _ spot: Spot, now: Timestamp,
        _ reader: inout BodyReader
    ) {
        if value.kind != .null { said |= 1 << UInt32(field.rawValue) }
        switch field {
        case .kind:
            hasKind = true
            spec.kind = reader.name(reader.required(value, spot), spot) ?? ""
        case .payload:
            readPayload(value, spot, &reader)
        case .queue:
            if let queue = reader.name(value, spot) { spec.queue = queue }
        case .priority:
            if let priority = reader.integer(value, spot, 0...9) { spec.priority = priority }
        case .runAt:
            readRunAt(value, spot, now: now, &reader)
        case .delay:
            hasDelay = value.kind != .null
            if let delay = reader.duration(value, spot, 0...Limits.runAtAheadMillisecondsMax) {
                spec.start = .after(milliseconds: delay)
            }
        case .attemptsMax:
            if let most = reader.integer(value, spot, 1...Limits.attemptsMax) {
                spec.attemptsMax = most
            }
        case .backoff:
            guard value.kind != .null else { return }
            spec.backoff = BackoffFields.read(value, at: spot.place.inside(field.name), &reader)
        case .timeout:
            if let timeout = reader.duration(value, spot, 1_000...Limits.timeoutMillisecondsMax) {
                spec.timeoutMilliseconds = timeout
            }
        case .expiresIn:
            spec.expiresInMilliseconds = reader.duration(
                value, spot, 1...Limits.runAtAheadMillisecondsMax)
        case .uniqueKey:
            reader.unsupported(value, spot)
        case .tags:
            readTags(value, spot, &reader)
        case .cost:
            spec.cost = reader.integer(value, spot, 0...Int(Limits.costMax)).map { Int64($0) }
        }
    }

    private mutating func readPayload(
        _ value: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) {
        let bytes = reader.document.raw(value)
        // What the tenant's plan takes, which may be less, is the store's to say.
        guard bytes.count <= Limits.payloadBytesPlanMax else {
            tooLarge = .tooLarge(
                spot.path, bytes: bytes.count, bytesMax: Limits.payloadBytesPlanMax)
            return
        }
        spec.payload = [UInt8](bytes)
    }

    private mutating func readRunAt(
        _ value: JSONNode, _ spot: Spot, now: Timestamp, _ reader: inout BodyReader
    ) {
        hasRunAt = value.kind != .null
        guard let time = reader.time(value, spot) else { return }
        guard time.since(now) <= Limits.runAtAheadMillisecondsMax else {
            reader.refuse(spot.path, "\(time) is more than ten years ahead; give an earlier time")
            return
        }
        spec.start = .at(time)
    }

    private mutating func readTags(
        _ value: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) {
        guard let elements = reader.elements(value, spot, 0...Limits.tagsMax) else { return }
        for (index, element) in elements.enumerated() {
            let spot = spot.element(index)
            let node = reader.required(element, spot)
            if let tag = reader.text(node, spot, bytes: 1...Limits.tagBytesMax) {
                spec.tags.append(tag)
            }
        }
    }
}
