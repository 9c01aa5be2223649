/// The invariants by their names, which are stable: scripts and people look for them.
package enum Invariant: String, Hashable, Sendable, CaseIterable {
    // MARK: The file

    /// SQLite's own integrity check has nothing to say; checks of columns are part of it.
    case fileSound = "file_sound"
    /// Tables and indexes are those of this program.
    case schemaOurs = "schema_ours"
    /// Every reference of the schema leads to a row.
    case referenceLeadsToRow = "reference_leads_to_row"
    /// An invariant could be looked at.
    case rowsReadable = "rows_readable"

    // MARK: Places

    /// Each job is ready, scheduled, running or ended: one of them, once.
    case jobInOnePlace = "job_in_one_place"
    /// Whatever names a job names one that exists.
    case placeHasJob = "place_has_job"
    /// A job has at most one open attempt.
    case openAttemptOnce = "open_attempt_once"
    /// A ready row has its job's line, rank and cost.
    case readyMatchesJob = "ready_matches_job"
    /// A scheduled row has its job's line, time, priority and cost.
    case scheduledMatchesJob = "scheduled_matches_job"
    /// Jobs on the charged track, and no others that wait, carry a `returned` row.
    case chargedTrackReturned = "charged_track_returned"
    /// A job that has ended carries no `returned` row.
    case endedNotReturned = "ended_not_returned"
    /// An expiry row belongs to a job with that time which did not end unstarted.
    case expiryMatchesJob = "expiry_matches_job"
    /// A job that was not started and expires has an expiry row.
    case expiryKept = "expiry_kept"

    // MARK: Attempts

    /// An attempt has its job's line, and its rank.
    case attemptMatchesJob = "attempt_matches_job"
    /// An open attempt names the `returned` row that it took over, or there is none.
    case openAttemptReturned = "open_attempt_returned"
    /// An attempt follows one of the same job that had ended.
    case attemptChain = "attempt_chain"
    /// A job has one first attempt.
    case firstAttemptOnce = "first_attempt_once"
    /// An attempt's outcome, the state after it and the time of the next fit together.
    case attemptEnd = "attempt_end"
    /// A `returned` row names the attempt that left it.
    case returnedMatchesAttempt = "returned_matches_attempt"
    /// A `history` row names the attempt that ended the job, with its period and state.
    case historyMatchesAttempt = "history_matches_attempt"
    /// The counts that a job carries are those of its attempts.
    case countsMatchAttempts = "counts_match_attempts"
    /// Progress is of an attempt of its job.
    case progressMatchesAttempt = "progress_matches_attempt"
    /// Lines of a log are of an attempt of their job.
    case logMatchesAttempt = "log_matches_attempt"
    /// Each row of a log goes on where the one before it ended, and none follows a cut.
    case logContinues = "log_continues"
    /// No attempt is marked by a process that never began.
    case bootKnown = "boot_known"

    // MARK: Counting

    /// A job is charged once, at its first admission.
    case chargedOnce = "charged_once"
    /// A job that was started is charged its cost at least.
    case startedCharged = "started_charged"
    /// A job that was never started is not charged.
    case chargeHasStart = "charge_has_start"
    /// A job's charge and its attempts name one period.
    case chargePeriod = "charge_period"
    /// The ledger's sums are the counters.
    case usageIsLedger = "usage_is_ledger"
    /// After each row of the ledger the counter is the sum so far.
    case ledgerRunningSum = "ledger_running_sum"
    /// No charge took a counter past what was in force.
    case chargeWithinLimit = "charge_within_limit"
    /// The ledger is folded in its order, and of what is folded no row is left.
    case foldInOrder = "fold_in_order"
    /// A folded charge that is kept for its job belongs to it.
    case foldedChargeKnown = "folded_charge_known"
    /// A folded row is as it was written.
    case foldSealed = "fold_sealed"
    /// Usage that the ledger counts by an event's id is remembered under that id.
    case usageEventKept = "usage_event_kept"
    /// Of what is never deleted no row is missing.
    case rowsKept = "rows_kept"
    /// Charges never go to an earlier period than the one before.
    case periodNeverBack = "period_never_back"
    /// What a job cost is given back once, whole, and only where no attempt of it could start.
    case refundedOnce = "refunded_once"
    /// What is left of a grant is what the ledger did not take of it.
    case grantIsLedger = "grant_is_ledger"
    /// A grant, override or entitlement that will begin or end has a deadline.
    case deadlineKept = "deadline_kept"
    /// A deadline leads to a grant, override or entitlement that begins or ends then.
    case deadlineLeadsToRow = "deadline_leads_to_row"
    /// No threshold is told of more often than it was crossed.
    case alertToldOnce = "alert_told_once"
    /// The version of a plan that a tenant is on is there.
    case planKnown = "plan_known"
    /// Every period is a month, or begins on an anchor's day.
    case periodIsMonth = "period_is_month"
    /// The period that charges go to is known, and no charge is past it.
    case periodStored = "period_stored"

    // MARK: Events to tenants

    /// An event that was fanned out has a delivery.
    case eventHasDelivery = "event_has_delivery"
    /// A delivery is of an event of its endpoint's tenant that was fanned out.
    case deliveryMatchesEvent = "delivery_matches_event"
    /// No endpoint or delivery has an id beyond the greatest that was ever given out.
    case outboundIDKnown = "outbound_id_known"
    /// A deleted tenant has no endpoints.
    case deletedHasNoEndpoint = "deleted_has_no_endpoint"

    // MARK: Subscriptions

    /// Each event that is kept has a line of the audit that says what became of it.
    case eventAudited = "event_audited"
    /// Each change in the audit begins where the one before it ended, the last ends where the
    /// tenant stands.
    case auditChain = "audit_chain"
    /// An event that failed is tried again, and no other is.
    case failedEventRetried = "failed_event_retried"
    /// A subscription is the tenant's whose its customer is.
    case subscriptionOwner = "subscription_owner"

    // MARK: Names and indexes

    /// Tenants, queues, lanes and lines are numbered from 1 without gaps.
    case namesNumbered = "names_numbered"
    /// A tenant is in the shard of its name.
    case tenantShard = "tenant_shard"
    /// A deleted tenant has no keys.
    case deletedHasNoKey = "deleted_has_no_key"
    /// No key has an id beyond the greatest that was ever given out.
    case keyIDKnown = "key_id_known"
    /// What an idempotency key brought can be read.
    case replayReadable = "replay_readable"
    /// A row of a by-tenant index leads to a row of that tenant, as far as the index reaches.
    case indexRowExists = "index_row_exists"
    /// A by-tenant index has every row as far as it reaches.
    case indexComplete = "index_complete"

    // MARK: What a start makes of the rows

    /// Σ cost of what waits uncharged, by tenant.
    case memoryWaiting = "memory_waiting"
    /// Open leases by tenant.
    case memoryRunning = "memory_running"
    /// How many jobs wait in each track.
    case memoryTracks = "memory_tracks"
    /// The first job of each track.
    case memoryHeads = "memory_heads"
    /// Every open lease, with its attempts.
    case memoryLeases = "memory_leases"
    /// What each tenant's gate lets pass.
    case memoryGates = "memory_gates"
    /// When something is next due by itself.
    case memoryDeadlines = "memory_deadlines"
}
