import Core

extension Engine {
    func createKey(_ create: CreateKey, _ envelope: Envelope) throws(StoreError) {
        if let replay = try replay(of: envelope) {
            switch replay {
            case .mismatch(let refusal):
                try refuse(envelope, refusal)
            case .results(let results):
                let id = KeyID(rawValue: results.first ?? 0)
                try answer(envelope, .keyCreated(id, isReplay: true))
            }
            return
        }
        let tenant = create.grant.tenant
        let named = [tenant].compactMap(\.self) + (create.grant.tenants ?? [])
        if let unknown = named.first(where: { liveTenant($0) == nil }) {
            return try refuse(envelope, .tenantUnknown(unknown))
        }
        let keysMax = tenant == nil ? Limits.keysOfNoTenantMax : Limits.keysPerTenantMax
        guard try rows.keys(ofTenant: tenant).count < keysMax else {
            return try refuse(envelope, .tooManyKeys(tenant ?? "", max: keysMax))
        }
        let id = KeyID(rawValue: keyIDs.next(at: now.wall))
        try rows.insertKey(
            KeyRow(id: id, hash: create.hash, grant: create.grant, createdAt: now.wall))
        try remember(envelope, results: [id.rawValue])
        outcome.directoryChanges.append(
            .added(DirectoryEntry(id: id, hash: create.hash, grant: create.grant)))
        try answer(envelope, .keyCreated(id, isReplay: false))
    }

    func revokeKey(_ id: KeyID, tenant: String?, _ envelope: Envelope) throws(StoreError) {
        guard let key = try rows.key(id), tenant == nil || key.grant.tenant == tenant else {
            return try refuse(envelope, .keyUnknown(id))
        }
        try rows.deleteKey(id)
        outcome.directoryChanges.append(.removed(hash: key.hash))
        try answer(envelope, .done)
    }
}
