import Core

extension StoredState {
    /// What refers to something that is not there, as a sentence: memory cannot be made of that.
    /// Rows are numbered from 1 without a gap; who refers to one gives its number.
    func fault() -> String? {
        for last in [
            lastJob, lastAttempt, lastKey, lastLedger, lastGrant, lastEvent, lastAudit, lastBoot,
        ] where !(0..<IDSource.end).contains(last) {
            return "the greatest id of its kind is \(last), which leaves none for what comes next"
        }
        for (index, row) in tenants.enumerated() where row.number != index + 1 {
            return "tenant \(row.id) has the number \(row.number) and is number \(index + 1)"
        }
        for (index, lane) in lanes.enumerated() {
            if !hasTenant(lane.tenant) {
                return "lane \(index + 1) is of tenant \(lane.tenant), who is not there"
            }
            if !StoredState.isNumber(lane.queue, of: queues.count) {
                return "lane \(index + 1) is of queue \(lane.queue), which is not there"
            }
        }
        for (index, line) in lines.enumerated()
        where !StoredState.isNumber(line.lane, of: lanes.count) {
            return "line \(index + 1) is of lane \(line.lane), which is not there"
        }
        for track in tracks where !hasLine(track.line) {
            return "\(track.count) ready jobs are in line \(track.line), which is not there"
        }
        for row in scheduledCosts where !hasLine(row.line) {
            return "scheduled jobs are in line \(row.line), which is not there"
        }
        for row in scheduledCosts where row.cost < 0 || row.cost > StoredState.costMax {
            return "the scheduled jobs of line \(row.line) cost \(row.cost) together"
        }
        for row in overrides where !hasTenant(row.tenant) {
            return "an override is of tenant \(row.tenant), who is not there"
        }
        for row in grants where !hasTenant(row.tenant) {
            return "grant \(row.grant.id) is of tenant \(row.tenant), who is not there"
        }
        if metrics.first != .jobs { return "metric 1 is not jobs" }
        if let fault = planFault() ?? outbound.fault(tenants: tenants.count) { return fault }
        for open in openAttempts where !hasLine(open.attempt.line) {
            return "job \(open.attempt.job) runs in line \(open.attempt.line), which is not there"
        }
        return nil
    }

    private func planFault() -> String? {
        guard !plans.isEmpty else { return nil }
        let offered = plans.filter(\.isOffered).map(\.plan.id)
        if !offered.contains("free") { return "no plan 'free' is on offer" }
        if Set(offered).count != offered.count {
            return "a plan is on offer in two versions: \(offered.joined(separator: ", "))"
        }
        return nil
    }

    /// True if a tenant has this number.
    func hasTenant(_ number: Int64) -> Bool {
        StoredState.isNumber(number, of: tenants.count)
    }

    private func hasLine(_ number: Int64) -> Bool {
        StoredState.isNumber(number, of: lines.count)
    }

    private static func isNumber(_ number: Int64, of count: Int) -> Bool {
        number > 0 && number <= count
    }

    /// Far from where sums of sums overflow.
    private static let costMax: Int64 = 1 << 53
}
