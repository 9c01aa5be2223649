import Core

/// Whose turn it is in a queue. Those who pull the same have a clock of their own, by which each
/// tenant that has work for them has its turn, by weight and cost: the same kinds, or any, and the
/// same tenants, or all. What others pull neither brings a turn nearer nor puts it off, so however
/// the work of several overlaps, nobody waits for more than a job of each other tenant.
extension LaneBook {
    /// The lane whose turn it is among those that can serve one of `kinds`, or any.
    mutating func nextLane(queue: Int, kinds: [String]?) -> Int? {
        let pool =
            queues[queue].pools.index(of: kinds) ?? addPool(queue: queue, kinds: kinds)
        queues[queue].pools.use(pool)
        while let lane = queues[queue].pools.list[pool].first {
            if !canServe(lane: lane, kinds: kinds) {
                queues[queue].pools.list[pool].dropFirst()
            } else if queues[queue].pools.list[pool].isFirstNext() {
                return lane
            }
        }
        return nil
    }

    /// The lane whose turn it is among those of `tenants` that can serve one of `kinds`, or any.
    func nextLane(queue: Int, kinds: [String]?, tenants names: [String]) -> Int? {
        let work = TenantWork(queue: queue, kinds: kinds, tenants: names)
        let clock = names.count > 1 ? tenantClocks[work] : nil
        let ties = TurnTies(
            kinds: kinds, tenants: names, forgotten: clock == nil ? tenantClocks.forgotten : 0)
        var best: (time: Int64, place: Int32)?
        for name in names {
            guard let tenant = tenantIndex(name),
                let lane = laneIndex(tenant: tenant, queue: queue),
                canServe(lane: lane, kinds: kinds)
            else { continue }
            let turn = (time: clock?.time(of: lane) ?? 0, place: ties.place(ofLane: lane))
            if let found = best, found <= turn { continue }
            best = turn
        }
        return best.map { ties.lane(at: $0.place) }
    }

    /// True if this line has work that may start and that a pull of `kinds` takes.
    func canServe(line: Int, kinds: [String]?) -> Bool {
        lines[line].isRunnable && (kinds?.contains(lines[line].kind) ?? true)
    }

    /// The lane had its turn with a job of this cost, by a pull of these kinds and tenants: it
    /// pays, and its next turn comes later.
    mutating func served(lane: Int, cost: Int64, kinds: [String]?, tenants names: [String]?) {
        let queue = lanes[lane].queue
        let price = max(1, cost) * (1 << 20) / tenants[lanes[lane].tenant].plan.weight
        guard let names else {
            guard let pool = queues[queue].pools.index(of: kinds) else { return }
            return queues[queue].pools.list[pool].serve(lane, price: price)
        }
        // A pull for one tenant has nobody to choose between.
        guard names.count > 1 else { return }
        let work = TenantWork(queue: queue, kinds: kinds, tenants: names)
        tenantClocks.use(work, otherwise: TurnClock()) { _ = $0.serve(lane, price: price) }
    }

    /// A line can be served from now on.
    mutating func wake(line: Int) {
        let lane = lines[line].lane
        let queue = lanes[lane].queue
        if lanes[lane].runnableLines == 1, let pool = queues[queue].pools.index(of: nil) {
            wake(lane: lane, queue: queue, pool: pool)
        }
        for pool in queues[queue].pools.indexes(ofKind: lines[line].kind) {
            wake(lane: lane, queue: queue, pool: pool)
        }
    }

    // MARK: Private

    private func canServe(lane: Int, kinds: [String]?) -> Bool {
        guard lanes[lane].runnableLines > 0, kinds != nil else {
            return lanes[lane].runnableLines > 0
        }
        return lanes[lane].lines.contains { canServe(line: $0, kinds: kinds) }
    }

    private mutating func wake(lane: Int, queue: Int, pool: Int) {
        queues[queue].pools.list[pool].wake(lane)
        if queues[queue].pools.list[pool].isCrowded { sweep(queue: queue, pool: pool) }
    }

    private mutating func sweep(queue: Int, pool: Int) {
        var crowded = queues[queue].pools.list[pool]
        let kinds = crowded.kinds
        crowded.sweep { canServe(lane: $0, kinds: kinds) }
        queues[queue].pools.list[pool] = crowded
    }

    /// Pulls that were not seen before, or not for long: all lanes that have work for them begin
    /// alike.
    private mutating func addPool(queue: Int, kinds: [String]?) -> Int {
        let entriesEach = max(1, queues[queue].lanes.count)
        let countMax = max(
            Limits.turnPoolsMin, min(Limits.turnPoolsMax, Limits.turnsMax / entriesEach))
        let pool = queues[queue].pools.add(kinds, countMax: countMax)
        if let kinds {
            for kind in kinds {
                for line in queues[queue].linesOfKind[kind] ?? [] where lines[line].isRunnable {
                    queues[queue].pools.list[pool].wake(lines[line].lane)
                }
            }
        } else {
            for lane in queues[queue].lanes where lanes[lane].runnableLines > 0 {
                queues[queue].pools.list[pool].wake(lane)
            }
        }
        sweep(queue: queue, pool: pool)
        return pool
    }
}
