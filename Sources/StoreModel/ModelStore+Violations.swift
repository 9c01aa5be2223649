import Core
import Store

/// The promise, said as a check of everything that the store holds.
extension ModelStore {
    /// Every sentence of the promise that is broken; empty is good.
    package func violations() -> [String] {
        placeViolations() + attemptViolations() + ledgerViolations() + chargeViolations()
            + counterViolations() + ticketViolations()
    }

    /// Each job is in exactly one place.
    private func placeViolations() -> [String] {
        let places =
            Array(scheduled.keys) + lines.values.flatMap(\.jobs) + Array(running.keys)
            + Array(ended.keys)
        let counts = Dictionary(places.map { ($0, 1) }, uniquingKeysWith: +)
        let homeless = jobs.keys.filter { counts[$0] != 1 }
            .map { "\($0) is in \(counts[$0] ?? 0) places" }
        let unknown = counts.keys.filter { jobs[$0] == nil }
            .map { "\($0) has a place and no body" }
        let strayed = lines.flatMap { key, line in
            line.jobs.filter { job($0).lineKey != key }.map { "\($0) is in another's line" }
        }
        let tracks = lines.values.flatMap { line in
            line.charged.filter { !job($0.job).isCharged }.map { "\($0.job) is not charged" }
                + line.fresh.filter { job($0.job).isCharged }.map { "\($0.job) is not fresh" }
        }
        return homeless + unknown + strayed + tracks
    }

    /// A job has an open attempt while it runs, and never two.
    private func attemptViolations() -> [String] {
        var open: [JobID: [AttemptID]] = [:]
        for attempt in attempts.values where attempt.isOpen {
            open[attempt.job, default: []].append(attempt.id)
        }
        let twice = open.filter { $0.value.count > 1 }
            .map { "\($0.key) has \($0.value.count) open attempts" }
        let idle = open.filter { running[$0.key] != $0.value.first }
            .map { "\($0.key) does not run under its open attempt" }
        let bare = running.filter { open[$0.key] == nil }
            .map { "\($0.key) runs without an open attempt" }
        return twice + idle + bare
    }

    /// The ledger adds up to the counters at every row, and no row passes the limit in force.
    private func ledgerViolations() -> [String] {
        var found: [String] = []
        var sums: [String: [Period: Usage]] = [:]
        for row in ledger {
            let view = row.view
            let charge = Charge(source: view.source, amount: view.amount)
            let sum = (sums[row.tenant]?[view.period] ?? .none).adding(charge)
            sums[row.tenant, default: [:]][view.period] = sum
            if sum.total != view.usedAfter {
                found.append("\(view.id) says \(view.usedAfter) used; the rows say \(sum.total)")
            }
            if let limit = view.inForce, view.usedAfter > limit {
                found.append("\(view.id) goes past the limit \(limit) to \(view.usedAfter)")
            }
        }
        if sums != usage { found.append("the ledger says \(sums), the counters say \(usage)") }
        return found
    }

    /// A job is charged its cost when it first starts, and never again.
    private func chargeViolations() -> [String] {
        var charged: [JobID: Int64] = [:]
        for row in ledger {
            if let job = row.view.job { charged[job, default: 0] += row.view.amount }
        }
        return jobs.values.compactMap { job in
            let due = job.isCharged ? job.body.cost : 0
            let sum = charged[job.body.id] ?? 0
            return sum == due ? nil : "\(job.body.id) was charged \(sum), not \(due)"
        }
    }

    /// The figures that are kept up by hand are what counting gives.
    private func counterViolations() -> [String] {
        tenants.values.flatMap { tenant -> [String] in
            let own = jobs.filter { $0.value.tenant == tenant.id }
            let waiting = own.filter { isWaiting($0.key) && !$0.value.isCharged }
                .reduce(0) { $0 + $1.value.body.cost }
            let running = own.keys.count { self.running[$0] != nil }
            var found: [String] = []
            if waiting != tenant.waiting {
                found.append("\(tenant.id): waiting is \(tenant.waiting), counted \(waiting)")
            }
            if running != tenant.running {
                found.append("\(tenant.id): running is \(tenant.running), counted \(running)")
            }
            return found
        }
    }

    /// Nobody waits for work that is there.
    private func ticketViolations() -> [String] {
        let heads = runnableHeads()
        return tickets.values.compactMap { ticket in
            if !ticket.pull.waits { return "ticket \(ticket.number) waits and may not" }
            let work = heads.first {
                ticket.pull.queues.contains($0.line.queue) && isMatch($0.line, ticket.pull)
            }
            return work.map { "ticket \(ticket.number) waits although \($0.place.job) may run" }
        }
    }
}
