import Core

/// One metric of the tenant of a `History`, kept a second time, with plain numbers and by the
/// sentences of the rules: what was charged, and what that may have been.
struct Reckoning {
    /// What the ledger of the running period sums up to.
    private(set) var sums = Usage.none
    /// All that were ever given, usable or not.
    var grants: [Grant] = []
    var planLimit: Int64?
    var isHard = true
    var isSold = false
    var overriding: Limit?
    /// When that ends; nil is never.
    var overridingUntil: Timestamp?
    var now = Sample.noon
    var spendCap: Int64?
    var isAgreed = false
    var isEnforced = true
    /// Thresholds that were told since anything but a charge moved the figures.
    private var told: Set<Int64> = []

    /// Nil is unlimited.
    var base: Int64? {
        guard let overriding else { return planLimit }
        guard isOverridingOver else { return overriding.units }
        // Until it is noted that it ended, it takes and does not give.
        return [planLimit, overriding.units].compactMap(\.self).min()
    }

    /// True once the override has ended and nobody has taken note.
    var isOverridingOver: Bool {
        guard let overridingUntil else { return false }
        return overridingUntil <= now
    }

    var used: Int64 { sums.plan + sums.grant + sums.overage + sums.overSoft }

    var grantLeft: Int64 {
        // By index: a copy of each grant is what would take most of the time.
        var (sum, index) = (Int64(0), 0)
        while index < grants.count {
            if isInForce(index) { sum += grants[index].remaining }
            index += 1
        }
        return sum
    }

    /// A grant whose time is over gives nothing, whatever its state says.
    private func isInForce(_ index: Int) -> Bool {
        guard grants[index].state == .inForce else { return false }
        guard let end = grants[index].expiresAt else { return true }
        return end > now
    }

    var overageMax: Int64 {
        guard let base, isSold, isAgreed else { return 0 }
        return spendCap ?? base
    }

    /// What is left of plan, grants and overage.
    var left: Int64? {
        guard let base else { return nil }
        return max(0, base - sums.plan) + grantLeft + max(0, overageMax - sums.overage)
    }

    /// True where a cost that does not fit waits.
    var isHeld: Bool { isEnforced && isHard && base != nil }

    func admits(_ cost: Int64) -> Bool {
        guard isHeld, let left else { return true }
        return cost <= left
    }

    var isUsedUp: Bool { !admits(1) }

    /// How far admissions may take what is used, as things are.
    var inForce: Int64? {
        guard let base else { return nil }
        return max(base, sums.plan) + sums.grant + grantLeft + max(overageMax, sums.overage)
            + sums.overSoft
    }

    // MARK: Charges

    /// Counts what was admitted, each source no further than it goes and after those before it.
    mutating func admit(_ cost: Int64, as charges: [Charge]) throws {
        let most = inForce
        var left = cost
        for charge in charges {
            left -= charge.amount
            try Broken.unless(charge.amount > 0, "a charge of nothing")
            try Broken.unless(
                charge.amount <= room(for: charge) ?? .max, "a source went past its end")
            try Broken.unless(isTurn(of: charge.source), "a source before its turn")
            count(charge)
        }
        try Broken.unless(left == 0, "the charges are not the cost")
        if isHeld, let most {
            try Broken.unless(used <= most || cost == 0, "more was used than was in force")
        }
    }

    /// Counts what was used already. Past a hard limit it is the plan's, and only once nothing
    /// else is left.
    mutating func report(_ amount: Int64, as charges: [Charge]) throws {
        var left = amount
        let planRoom = base.map { max(0, $0 - sums.plan) }
        for charge in charges {
            left -= charge.amount
            if charge.source != .plan {
                try Broken.unless(
                    charge.amount <= room(for: charge) ?? .max, "a report went past a source's end")
            }
            count(charge)
        }
        try Broken.unless(left == 0, "the charges are not what was reported")
        guard let planRoom, let fromPlan = charges.first(where: { $0.source == .plan })?.amount,
            fromPlan > planRoom
        else { return }
        try Broken.unless(isHeld && self.left == 0, "the plan gave what another source had")
    }

    private func room(for charge: Charge) -> Int64? {
        switch charge.source {
        case .plan: return base.map { $0 - sums.plan }
        case .grant:
            guard let first = firstGrant, grants[first].id == charge.grant else { return 0 }
            return grants[first].remaining
        case .overage: return isEnforced ? overageMax - sums.overage : 0
        case .overSoft: return isEnforced && !isHard ? nil : 0
        case .unenforced: return isEnforced ? 0 : nil
        }
    }

    /// True if the sources before this one have nothing left.
    private func isTurn(of source: ChargeSource) -> Bool {
        guard let base, source != .plan else { return source == .plan }
        guard sums.plan >= base else { return false }
        guard source != .grant else { return true }
        guard grantLeft == 0 else { return false }
        return source == .overage || !isEnforced || sums.overage >= overageMax
    }

    /// The grant that is used next: earliest end, then priority, then id.
    private var firstGrant: Int? {
        var best: Int?
        for (index, grant) in grants.enumerated()
        where isInForce(index) && grant.remaining > 0 {
            guard let other = best.map({ grants[$0] }) else {
                best = index
                continue
            }
            let end = grant.expiresAt?.milliseconds ?? .max
            let otherEnd = other.expiresAt?.milliseconds ?? .max
            if end != otherEnd {
                if end < otherEnd { best = index }
            } else if grant.priority != other.priority {
                if grant.priority < other.priority { best = index }
            } else if grant.id < other.id {
                best = index
            }
        }
        return best
    }

    private mutating func count(_ charge: Charge) {
        add(charge.amount, of: charge.source)
        guard let index = grants.firstIndex(where: { $0.id == charge.grant }) else { return }
        grants[index].remaining -= charge.amount
    }

    private mutating func add(_ amount: Int64, of source: ChargeSource) {
        switch source {
        case .plan: sums.plan += amount
        case .grant: sums.grant += amount
        case .overage: sums.overage += amount
        case .overSoft: sums.overSoft += amount
        case .unenforced: sums.unenforced += amount
        }
    }

    /// Takes a charge back. In a period that is over it is only the grant that has more again.
    mutating func refund(_ charge: Charge, isOfThisPeriod: Bool) {
        if isOfThisPeriod { add(-charge.amount, of: charge.source) }
        told = []
        guard let index = grants.firstIndex(where: { $0.id == charge.grant }) else { return }
        grants[index].remaining += charge.amount
    }

    mutating func rollOver() {
        sums = .none
        told = []
    }

    /// The limit, or who is told of it, is another.
    mutating func figuresMoved() { told = [] }

    // MARK: Alerts

    /// Checks what was told when `used` went up from `before`, and that nothing is told again.
    mutating func tell(_ crossed: [Int64], of thresholds: [Int64], from before: Int64) throws {
        guard isEnforced, let base, used > before else {
            return try Broken.unless(crossed.isEmpty, "something was told of that was not crossed")
        }
        let limit = base + sums.grant + grantLeft
        var next = 0
        for threshold in thresholds {
            let isCrossed =
                limit > 0 && before * 100 < limit * threshold
                && used * 100 >= limit * threshold
                && (threshold <= 100 || !isHard || overageMax > 0)
            guard isCrossed else { continue }
            try Broken.unless(
                next < crossed.count && crossed[next] == threshold, "a crossing was not told of")
            try Broken.unless(
                told.insert(threshold).inserted, "one crossing was told of twice")
            next += 1
        }
        try Broken.unless(next == crossed.count, "something was told of that was not crossed")
    }
}

/// A sentence of the rules does not hold.
struct Broken: Error {
    let sentence: String

    static func unless(_ isSo: Bool, _ sentence: StaticString) throws {
        guard !isSo else { return }
        throw Broken(sentence: "\(sentence)")
    }
}
