import Core
import Store
import StoreModel

extension CoverageReader {
    /// Notes what became of an event.
    static func note(
        _ reply: BillingReply, to command: Command?, in coverage: inout Coverage
    ) {
        guard case .taken(let state, let isDuplicate) = reply else { return }
        if case .billing(.replay) = command, !isDuplicate { coverage.note(.eventReplayed) }
        if isDuplicate { return coverage.note(.eventRepeated) }
        switch state {
        case .applied: coverage.note(.eventApplied)
        case .stale: coverage.note(.eventStale)
        case .ignored: coverage.note(.eventIgnored)
        case .orphan: coverage.note(.eventOrphan)
        case .failed: coverage.note(.eventFailed)
        }
    }

    /// Notes what a batch made of subscriptions.
    static func note(
        _ model: ModelStore, after before: ModelStore, in coverage: inout Coverage
    ) {
        if model.failedEvents < before.failedEvents { coverage.note(.eventRetried) }
        if model.orphanSubscriptions < before.orphanSubscriptions {
            coverage.note(.orphanSettled)
        }
        if model.eventCount < before.eventCount { coverage.note(.eventForgotten) }
        if model.hasAppliedOrphan(of: before) { coverage.note(.orphanApplied) }
        let takenBack = before.grantsTakenBack
        if !model.grantsTakenBack.isSubset(of: takenBack) { coverage.note(.grantTakenBack) }
        if !model.grantsOpen.isDisjoint(with: takenBack) { coverage.note(.grantGivenBack) }
        if model.questionsAsked > before.questionsAsked { coverage.note(.asked) }
        for action in model.auditActions(after: before) {
            if action == "entitlement.turned" { coverage.note(.clockTurned) }
            if action == "subscription.fetched" { coverage.note(.answeredOtherwise) }
        }
        for entitled in model.entitlements {
            if entitled.floorUntil != nil { coverage.note(.floorKept) }
            switch entitled.status {
            case .trialing: coverage.note(.tried)
            case .pastDue: coverage.note(entitled.plan == nil ? .graceEnded : .pastDue)
            case .suspended: coverage.note(.suspendedByDebt)
            case .paused: coverage.note(.pausedByProvider)
            case .active, .pendingPayment, .deleted: break
            }
        }
    }
}
