import Core
import Store

/// The plans that a tenant was on, as the audit has them.
struct PlanCourse {
    private let now: PlanVersion
    /// When it came to another plan, and from which; newest first.
    private var changes: [(at: Timestamp, before: PlanVersion)] = []
    /// Of what was before nothing is known; nil where all of it is.
    private let knownFrom: Timestamp?

    /// The course of a tenant that is on `now`. `lines` are the newest of its audit, newest first.
    /// It is known to its beginning if they reach to where the tenant was made: one may be older
    /// than the audit.
    init(now: PlanVersion, lines: [AuditRow]) {
        self.now = now
        let isWhole = lines.last?.action == AuditCause.tenantCreated.action
        knownFrom = isWhole ? nil : lines.last?.at ?? .latest
        for line in lines {
            guard let before = line.before?.plan, before != line.after?.plan else { continue }
            changes.append((line.at, before))
        }
    }

    /// True if it was on no other plan, as far as is known.
    var isStraight: Bool { changes.isEmpty && knownFrom == nil }

    /// The plan that it was on then; nil where that is not known.
    func plan(at time: Timestamp) -> PlanVersion? {
        if let knownFrom, time < knownFrom { return nil }
        var plan = now
        for change in changes {
            guard change.at > time else { break }
            plan = change.before
        }
        return plan
    }
}
