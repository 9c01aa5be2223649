import Core
import Store

/// Reads off a batch and its outcome what was met.
enum CoverageReader {
    /// Notes the marks that this batch hit.
    static func note(
        _ batch: [Envelope], _ outcome: BatchOutcome, periodRolled: Bool,
        in coverage: inout Coverage
    ) {
        var commands: [EnvelopeID: Command] = [:]
        for envelope in batch { commands[envelope.id] = envelope.command }
        for answer in outcome.answers {
            note(answer.reply, to: commands[answer.id], in: &coverage)
            if case .leased(let jobs) = answer.reply, !jobs.isEmpty, commands[answer.id] == nil {
                let tenants = Set(jobs.map(\.job.tenant))
                noteWaking(batch, of: tenants, periodRolled: periodRolled, in: &coverage)
            }
        }
    }

    /// A pull that was parked before this batch was served by it: by what?
    private static func noteWaking(
        _ batch: [Envelope], of tenants: Set<String>, periodRolled: Bool,
        in coverage: inout Coverage
    ) {
        if periodRolled { coverage.note(.servedByPeriod) }
        if batch.isEmpty, !periodRolled { coverage.note(.servedByPromotion) }
        guard batch.count == 1 else { return }
        switch batch[0].command {
        case .updateTenant(let update) where tenants == [update.id]:
            coverage.note(.servedByUpgrade)
        case .setManual(let tenant, .none) where tenants == [tenant]:
            coverage.note(.servedByResume)
        case .enqueue(let enqueue) where tenants == [enqueue.tenant]:
            coverage.note(.servedBySubmit)
        case .addGrant: coverage.note(.servedByGrant)
        case .putOverride, .removeOverride: coverage.note(.servedByOverride)
        case .setEnforcement: coverage.note(.servedByEnforcement)
        case .billing: coverage.note(.servedBySubscription)
        default: break
        }
    }

    /// Notes how units were counted.
    static func note(_ entries: [LedgerView], in coverage: inout Coverage) {
        for entry in entries {
            switch entry.source {
            case .plan: break
            case .grant: coverage.note(.chargedToGrant)
            case .overage: coverage.note(.chargedAsOverage)
            case .overSoft: coverage.note(.overSoft)
            case .unenforced: coverage.note(.unenforced)
            }
            if entry.entry == .refund { coverage.note(.refunded) }
            if entry.entry == .report { coverage.note(.reported) }
        }
    }

    private static func note(
        _ reply: Reply, to command: Command?, in coverage: inout Coverage
    ) {
        switch reply {
        case .enqueued(let outcomes, let isReplay):
            if isReplay { coverage.note(.replayed) }
            for outcome in outcomes { note(outcome, in: &coverage) }
        case .leaseOutcomes(let outcomes):
            for outcome in outcomes { note(outcome, to: command, in: &coverage) }
        case .leased(let jobs):
            if jobs.isEmpty, command == nil || command?.isEndOfPull ?? false {
                coverage.note(.pullEnded)
            }
        case .job(let view):
            note(view, in: &coverage)
            if case .cancelJob = command {
                coverage.note(view.state == .running ? .canceledWhileRunning : .canceledWaiting)
            }
        case .done:
            if case .undelivered = command { coverage.note(.undelivered) }
            if case .revokeKey = command { coverage.note(.keyRevoked) }
        case .tenant:
            if case .deleteTenant = command { coverage.note(.tenantDeleted) }
        case .refused(.idempotencyMismatch):
            coverage.note(.mismatch)
        case .plansLoaded: coverage.note(.plansChanged)
        case .planMoves(let tenants): if tenants > 0 { coverage.note(.planMoved) }
        case .unitsUsed: coverage.note(.consumed)
        case .gauge: coverage.note(.gaugeSet)
        case .refused(.amountExceeds): coverage.note(.amountRefused)
        case .refused(.planInUse): coverage.note(.planInUse)
        case .outbound(.delivery): coverage.note(.deliveryReplayed)
        case .outbound(.replayed(let count, _)): if count > 0 { coverage.note(.deliveryReplayed) }
        case .refused, .outbound, .tenantCreated, .keyCreated, .heartbeats, .override, .grant,
            .enforcement, .limitCheck, .explanation:
            break
        case .billing(let reply): note(reply, to: command, in: &coverage)
        }
    }

    private static func note(_ outcome: EnqueueOutcome, in coverage: inout Coverage) {
        switch outcome {
        case .job(let view): note(view, in: &coverage)
        case .refused(.quotaExceeded): coverage.note(.quotaExceeded)
        case .refused(.costTooLow): coverage.note(.costRefused)
        case .refused(.featureMissing): coverage.note(.featureRefused)
        case .refused, .replayed: break
        }
    }

    private static func note(_ view: JobView, in coverage: inout Coverage) {
        if view.state == .scheduled { coverage.note(.jobScheduled) }
    }

    private static func note(
        _ outcome: LeaseOutcome, to command: Command?, in coverage: inout Coverage
    ) {
        switch outcome {
        case .ended(let state, _):
            switch (command, state) {
            case (.complete, _): coverage.note(.completed)
            case (.fail, .scheduled): coverage.note(.failedForRetry)
            case (.fail, .dead): coverage.note(.dead)
            case (.release, _): coverage.note(.released)
            default: break
            }
        case .stale(.alreadyFinished): coverage.note(.tokenFinishedOtherwise)
        case .stale(.leaseExpired): coverage.note(.tokenExpired)
        case .stale(.leaseLost): coverage.note(.tokenLost)
        }
    }
}

extension Command {
    fileprivate var isEndOfPull: Bool {
        if case .endPull = self { return true }
        return false
    }
}
