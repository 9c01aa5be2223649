import Core
import Store

/// API keys, and the idempotency keys of those who make things.
extension ModelStore {
    func createKey(_ create: CreateKey, _ envelope: Envelope) {
        switch replay(of: envelope) {
        case .none: break
        case .mismatch(let refusal): return answer(envelope, .refused(refusal))
        case .made(.key(let id)): return answer(envelope, .keyCreated(id, isReplay: true))
        case .made(.tenant), .made(.jobs):
            preconditionFailure("a fingerprint belongs to two kinds of requests")
        }
        let tenant = create.grant.tenant
        if let tenant, !exists(tenant) {
            return answer(envelope, .refused(.tenantUnknown(tenant)))
        }
        let most = tenant == nil ? Limits.keysOfNoTenantMax : Limits.keysPerTenantMax
        guard keys.values.count(where: { $0.grant.tenant == tenant }) < most else {
            return answer(envelope, .refused(.tooManyKeys(tenant ?? "", max: most)))
        }
        let id = KeyID(rawValue: keyIDs.next(at: now.wall))
        keys[id] = ModelKey(id: id, grant: create.grant, hash: create.hash, createdAt: now.wall)
        outcome.directoryChanges.append(
            .added(DirectoryEntry(id: id, hash: create.hash, grant: create.grant)))
        remember(.key(id), for: envelope)
        answer(envelope, .keyCreated(id, isReplay: false))
    }

    func revokeKey(_ id: KeyID, of tenant: String?, _ envelope: Envelope) {
        guard let key = keys[id], tenant == nil || key.grant.tenant == tenant else {
            return answer(envelope, .refused(.keyUnknown(id)))
        }
        keys[id] = nil
        outcome.directoryChanges.append(.removed(hash: key.hash))
        answer(envelope, .done)
    }

    // MARK: Idempotency

    /// What an idempotency key says about a request.
    enum Replay {
        case none
        case mismatch(Refusal)
        case made(ModelReplay.Made)
    }

    /// Whether the request was done before.
    func replay(of envelope: Envelope) -> Replay {
        guard let idempotency = envelope.idempotency, let found = replays[idempotency.replayKey]
        else { return .none }
        guard found.fingerprint == idempotency.fingerprint else {
            return .mismatch(.idempotencyMismatch(key: idempotency.key))
        }
        return .made(found.made)
    }

    /// Keeps what a request brought about, if it has an idempotency key.
    func remember(_ made: ModelReplay.Made, for envelope: Envelope) {
        guard let idempotency = envelope.idempotency else { return }
        replays[idempotency.replayKey] = ModelReplay(
            fingerprint: idempotency.fingerprint, at: now.wall, made: made)
    }
}

extension Idempotency {
    fileprivate var replayKey: ReplayKey { ReplayKey(scope: scope, key: key) }
}
