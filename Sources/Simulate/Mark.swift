/// What a run of the simulator must have met at least once. A mark that no seed hits is a corner
/// that nobody looks into: the run fails by its name.
package enum Mark: String, CaseIterable, Sendable {
    // Why jobs wait.
    case heldByQuota, heldByPause, heldBySuspension, jobScheduled
    case heldByFeature, heldBySpendCap, heldByConcurrency, heldByRate, heldByReport, parked
    case overageWithheld, planWithheld, stoppedBySubscription, overageStopped
    // What opens a closed line.
    case servedByUpgrade, servedByResume, servedByPeriod, servedByPromotion, servedBySubmit
    case servedByGrant, servedByOverride, servedByEnforcement, deadlineFired
    // What is counted, and how.
    case chargedToGrant, chargedAsOverage, overSoft, unenforced, reported, refunded, alerted
    case consumed, amountRefused, gaugeSet, costRefused, featureRefused, grantKnown
    case plansChanged, planInUse, planMoved, ledgerFolded, openChargeFolded
    // What becomes of events, and of subscriptions.
    case eventApplied, eventStale, eventIgnored, eventOrphan, eventFailed, eventRepeated
    case eventRetried, eventReplayed, orphanSettled, orphanApplied, asked, askedInVain
    case answeredOtherwise
    case tried, pastDue, graceEnded, floorKept, clockTurned, suspendedByDebt, pausedByProvider
    case grantTakenBack, grantGivenBack, eventForgotten
    case servedBySubscription, signatureTaken, signatureRefused
    // What becomes of an attempt.
    case completed, failedForRetry, dead, released, undelivered, leaseExpired, crashLoop
    case completionRepeated, tokenFinishedOtherwise, tokenExpired, tokenLost
    case timedOut, serverDied, runnerServed, progressTold, logged, logCut, logWoken
    case canceledWaiting, canceledWhileRunning, expiredWaiting
    // What endpoints are told, and what they say to it.
    case delivered, deliveryRetried, deliveryFailed, deliveryDropped, deliveryReplayed
    case endpointGone, endpointFailing, endpointBacklog, secretsOverlap, callLost
    // What clients do.
    case replayed, replayedToClient, mismatch, pulledWithKey, quotaExceeded, tenantDeleted,
        keyRevoked, pullEnded, answerLost
    case batchShared, batchDidItsShare, waitWoken, waitTimedOut
    // What befalls the server.
    case failedAtWrite, failedBeforeCommit, failedAfterCommit, unknownBecameDurable, recovered
    case killed, killedInBatch, stoppedInOrder, powerCut, powerCutInRecovery, restedAlive
    case diskFull, syncFailed, readFailed, writeFailed
    case refusedWhileBroken, heldUp, wallJumpedAhead, wallJumpedBack, periodRolled
}

/// Which marks were hit.
package struct Coverage: Sendable {
    private var hit: Set<Mark> = []

    package init() {}

    /// Notes that something happened.
    package mutating func note(_ mark: Mark) { hit.insert(mark) }

    func has(_ mark: Mark) -> Bool { hit.contains(mark) }

    /// Takes over what another run met.
    package mutating func merge(_ other: Coverage) { hit.formUnion(other.hit) }

    /// The marks that were never hit, by name.
    package var missing: [String] {
        Mark.allCases.filter { !hit.contains($0) }.map(\.rawValue).sorted()
    }
}
