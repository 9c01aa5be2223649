import Core

/// What an idempotency key leads to.
enum Replay {
    /// The first request's results.
    case results([Int64])
    /// The key was used with another request.
    case mismatch(Refusal)
}

extension Engine {
    /// What an earlier request with this idempotency key brought, if there was one.
    func replay(of envelope: Envelope) throws(StoreError) -> Replay? {
        guard let request = envelope.idempotency,
            let row = try rows.replay(scope: request.scope, key: request.key),
            now.wall.since(row.createdAt) <= Limits.idempotencyMillisecondsKept
        else { return nil }
        guard row.request.fingerprint == request.fingerprint else {
            return .mismatch(.idempotencyMismatch(key: request.key))
        }
        return .results(row.results)
    }

    /// Keeps what this request brought, for whoever repeats it, in the place of what an earlier one
    /// brought that is too old.
    func remember(_ envelope: Envelope, results: [Int64]) throws(StoreError) {
        guard let request = envelope.idempotency else { return }
        let row = ReplayRow(request: request, createdAt: now.wall, results: results)
        #if Mutants
            if Mutant.replayInSecondTransaction.isIn { return lateReplays.append(row) }
        #endif
        try rows.insertReplay(row)
    }

    #if Mutants
        func writeLateReplays() throws(StoreError) {
            guard !lateReplays.isEmpty else { return }
            try rows.begin()
            for row in lateReplays { try rows.insertReplay(row) }
            try rows.commit()
            lateReplays = []
        }
    #endif
}

/// The codes under which a refused item of a batch is kept for a replay.
enum ReplayCode {
    static let quotaExceeded: Int64 = -1
    static let tooManyQueues: Int64 = -2
    static let tooManyKinds: Int64 = -3
    static let payloadTooLarge: Int64 = -4
    static let featureMissing: Int64 = -5
    static let costTooLow: Int64 = -6
}
