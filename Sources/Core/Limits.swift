/// Every bound of the queue, in one place, each with its reason.
package enum Limits {
    // MARK: Text from outside

    /// Kinds and queues become file names and labels; longer ones are mistakes.
    package static let nameBytesMax = 100
    /// Tags are for filters, not for data.
    package static let tagBytesMax = 100
    package static let tagsMax = 20
    /// A worker's name is shown in lists.
    package static let workerNameBytesMax = 200
    /// As wide as other services' keys, so that theirs can be passed on.
    package static let idempotencyKeyBytesMax = 255
    /// A body that is read before anybody has looked whose it is: an ordinary job. It is in
    /// nobody's share; all connections' together are a fifth of what may be held of requests.
    package static let bodyBytesUnasked = 4 * 1_024
    /// API §2: a body, and one of many jobs.
    package static let bodyBytesMax = 1 << 20
    package static let batchBodyBytesMax = 16 << 20
    /// What a failed attempt may say: enough to find the fault, not enough to fill the disk.
    package static let errorTypeBytesMax = 200
    package static let errorMessageBytesMax = 4_096
    package static let errorTraceBytesMax = 16_384

    // MARK: Jobs

    /// Larger inputs belong into a blob store, with their address in the payload.
    package static let payloadBytesMax = 256 * 1_024
    package static let resultBytesMax = 256 * 1_024
    /// SEMANTICS §1.6: free work has an end.
    package static let attemptsMax = 100
    package static let releasesMax = 100
    package static let crashesMax = 5
    package static let serverDeathsMax = 100
    package static let costMax: Int64 = 1_000_000
    /// What one row of the ledger may say.
    package static let ledgerAmountMax: Int64 = 1 << 53 - 1
    /// A job that is due in more than ten years is a mistake in a unit.
    package static let runAtAheadMillisecondsMax: Int64 = 3_652 * 86_400_000
    package static let timeoutMillisecondsMax: Int64 = 7 * 86_400_000
    package static let durationMillisecondsMax: Int64 = 36_525 * 86_400_000
    package static let backoffMillisecondsMax: Int64 = 30 * 86_400_000
    /// One step of priority is worth this much waiting: nine steps, nine minutes.
    package static let priorityStepMilliseconds: Int64 = 60_000

    // MARK: Tenants

    /// Lanes and lines of a tenant live in memory; a flip of its plan touches each of them.
    package static let queuesPerTenantMax = 64
    package static let kindsPerTenantMax = 64
    package static let keysPerTenantMax = 100
    package static let keysOfNoTenantMax = 1_000
    package static let tenantNameTextMax = 200

    /// Overrides of a tenant are one a metric; grants are looked at with each charge.
    package static let grantsPerTenantMax = 1_000
    package static let overridesPerTenantMax = 64
    package static let sourceBytesMax = 255
    package static let reasonBytesMax = 1_000

    // MARK: Plans and metrics

    package static let plansMax = 100
    package static let metricsMax = 64
    /// Moves of tenants between versions that wait for each other: an operator makes one or two.
    package static let planMovesMax = 100
    package static let planFileBytesMax = 1 << 20
    package static let thresholdsMax = 20
    package static let thresholdPercentMax: Int64 = 1_000
    package static let planNameBytesMax = 200
    package static let planRankMax: Int64 = 1_000_000
    package static let planWeightMax: Int64 = 1_000
    /// Kinds whose cost or feature a plan file names. Each plan's stored text has them.
    package static let planKindsMax = 1_000
    package static let planFeaturesMax = 100
    /// The provider's own bound of a lookup key.
    package static let lookupKeyBytesMax = 200
    package static let providerPriceBytesMax = 255
    /// More at a time than any tenant's workers are.
    package static let planRunningMax: Int64 = 1_000_000
    /// At a second or more this is a start each microsecond, the finest that a rate is counted in.
    package static let rateStartsMax: Int64 = 1_000_000
    package static let rateMillisecondsMin: Int64 = 1_000
    package static let rateMillisecondsMax: Int64 = 86_400_000
    /// What is told of a plan file; who has more has one cause.
    package static let planFaultsMax = 50
    /// How far waiting work may exceed a limited quota where a plan does not say.
    package static let heldMaxDefault: Int64 = 100
    package static let waitingMaxDefault: Int64 = 1_000_000
    package static let retentionDaysDefault = 30
    package static let retentionDaysMax: Int64 = 3_650
    /// The most that a plan may allow of one job's payload; it must fit into a body.
    package static let payloadBytesPlanMax = 1 << 20
    /// Beyond 2⁵³ other people's JSON is no longer exact.
    package static let amountMax: Int64 = 1 << 53 - 1
    /// What one event may report.
    package static let usageEventsMax = 1_000

    // MARK: Subscriptions

    /// Facts of a subscription whose order can still be told when others come late. A month brings
    /// about five, and what Stripe delivers late is three days old at most.
    package static let subscriptionFactsMax = 32
    /// Histories that the store keeps taken apart; one of 32 facts, each of one item, is of 8 KiB.
    package static let knownSubscriptionsMax = 128
    /// Stripe allows twenty items in a subscription.
    package static let subscriptionItemsMax = 20
    /// What is kept of an id or a word of the provider's: its ids have at most 255 bytes.
    package static let providerTextBytesMax = 255
    package static let providerAddressBytesMax = 2_048
    /// Plans of before whose limits stay at a time, and invoices that each stands on.
    package static let subscriptionFloorsMax = 4
    package static let subscriptionInvoicesMax = 8
    /// SEMANTICS §4: an event from further ahead decides nothing that another one can decide.
    package static let eventAheadMillisecondsMax: Int64 = 300_000
    /// SEMANTICS §4: how long after the end of a window without news something is wrong.
    package static let silenceMillisecondsCanceling: Int64 = 3_600_000
    package static let silenceMilliseconds: Int64 = 3 * 86_400_000
    package static let graceMillisecondsDefault: Int64 = 14 * 86_400_000
    /// How long a failed event waits for its next try: twice as long after each.
    package static let eventRetryMillisecondsMin: Int64 = 5_000
    package static let eventRetryMillisecondsMax: Int64 = 3_600_000
    /// So many refused signatures in a row are a wrong secret, and somebody is told.
    package static let signatureFailuresAlarm = 20
    /// What Stripe's own libraries allow between its clock and ours.
    package static let webhookToleranceMillisecondsDefault: Int64 = 300_000
    /// A signature that is older would be taken although its body was sent again long after.
    package static let webhookToleranceMillisecondsMax: Int64 = 86_400_000
    /// The file of webhook secrets has a few lines.
    package static let webhookSecretFileBytesMax = 16 * 1_024
    /// Several events of one change ask the provider once.
    package static let inquiryDelayMilliseconds: Int64 = 2_000
    /// Questions that the provider has at a time: it allows some ten a second.
    package static let inquiriesInFlightMax = 8
    /// No answer for so long is none.
    package static let inquiryFlightMilliseconds: Int64 = 30_000
    /// For so long nothing is asked after the provider could say nothing, or longer if it says so.
    package static let inquiryRestMilliseconds: Int64 = 1_000
    package static let inquiryRestMillisecondsMax: Int64 = 60_000
    /// After so many questions, which take some two hours, an answer that settles nothing is the
    /// last word.
    package static let inquiriesInVainMax: Int64 = 10
    /// The bodies of events are kept that long, and the events themselves. That one came at all is
    /// never forgotten: the audit says so.
    package static let eventBodyMilliseconds: Int64 = 30 * 86_400_000
    package static let eventMilliseconds: Int64 = 400 * 86_400_000

    // MARK: Leases and pulls

    package static let leaseMillisecondsMin: Int64 = 5_000
    package static let leaseMillisecondsMax: Int64 = 3_600_000
    package static let leaseMillisecondsDefault: Int64 = 30_000
    package static let pullJobsMax = 1_000
    package static let pullWaitMillisecondsMax: Int64 = 60_000
    package static let pullQueuesMax = 64
    package static let pullKindsMax = 64
    /// An answer stops growing here, so that a pull of a thousand large jobs stays one buffer.
    package static let pullAnswerBytesMax = 4 * 1_024 * 1_024
    package static let batchItemsMax = 1_000
    /// A worker that has not asked for work for so long may be gone: pulls last a minute at most,
    /// and one that has all that it can do asks again after that.
    package static let workforceMilliseconds: Int64 = 300_000
    /// Different questions of workers that are remembered. One names 64 queues and kinds at most.
    package static let askedQuestionsMax = 1_024
    /// Parked pulls in all: each is a connection with its buffers.
    package static let ticketsMax = 20_000
    /// A pull waits in each of its queues for each tenant that it names. One that waits in more
    /// places than this counts as several.
    package static let placesOfTicket = 256
    package static let jobWaitMillisecondsMax: Int64 = 60_000

    /// Sets of kinds that pulls name whose turns a queue knows, where its lanes are few.
    package static let turnPoolsMax = 256
    /// The same however many the lanes are.
    package static let turnPoolsMin = 16
    /// The lanes of a queue times such sets when one is added: 256 MB if all have work for all, and
    /// as much for times.
    package static let turnsMax = 16_000_000
    /// Sets of tenants, queues and kinds whose turns are known, for keys of several tenants; of as
    /// many more that were used before.
    package static let tenantClocksMax = 4_096
    /// Pulls of several queues that are told apart when it is counted which comes first; and as
    /// many more that came before.
    package static let queueTurnsMax = 1_024

    // MARK: What attempts say while they run

    /// A sentence beside the bar.
    package static let progressMessageBytesMax = 1_000
    /// API §7: a line, and a log. A line's note that it was cut comes on top.
    package static let logLineBytesMax = 8 * 1_024
    package static let logAttemptBytesMax: Int64 = 1 << 20
    /// A few attempts that say all they may; a job that is tried a hundred times says less.
    package static let logJobBytesMax: Int64 = 4 << 20
    /// Where in an attempt's log lines can stand: what JSON's readers agree on.
    package static let logStartMax = 1 << 53
    /// What one heartbeat may say of one lease; there is another second for the rest.
    package static let logLinesPerHeartbeatMax = 1_000
    /// What a page of a log may hold beside its last line.
    package static let logPageBytesMax = 1 << 20
    package static let logPageLinesMax = 1_000
    package static let logPageLinesDefault = 500
    /// A runner ends an overdue program itself, in ten seconds at most, and tells how: the store
    /// waits that long before it does, for its own and for those that ask for it.
    package static let runnerTimeoutGraceMilliseconds: Int64 = 15_000

    // MARK: The store's batches

    /// Rows that one batch may write before it commits: about 20 ms of work.
    package static let batchWeightMax = 2_000
    /// Commands that may wait for the store; beyond it the answer is 503 `overloaded`.
    package static let queuedWeightMax = 40_000
    /// What those commands may hold in payloads and results.
    package static let queuedBytesMax = 128 * 1_024 * 1_024
    /// Jobs handed out in one batch; tickets that are still waiting come first in the next.
    package static let claimsPerBatchMax = 2_000
    /// Rows that one kind of chore may touch in a batch; some kinds have a part of it.
    package static let choreRowsMax = 200
    /// Grants and overrides that begin or end in one batch, before anything else is done.
    package static let deadlinesPerBatchMax = 500
    /// Tenants whose gate is looked at anew in one batch: a millisecond or two of reading counters.
    package static let renewalsPerBatchMax = choreRowsMax
    /// Tenants that are passed over in one batch on the way to those: well below a millisecond.
    package static let renewalLooksPerBatchMax = 5_000
    /// A batch that starts later than this after it was due moves the leases' deadlines.
    package static let batchDelayMillisecondsMax: Int64 = 1_000
    /// The jobs that the by-tenant index may lag behind: a list reads this tail as well.
    package static let indexTailMax = 20_000
    /// Rows that one slice of the by-tenant index sorts and copies.
    package static let indexSliceRows = 500
    /// The same where the tail has grown too long, beside twice what the batch itself has added:
    /// few enough that no commit waits, enough that tenants share the pages that are written.
    package static let indexSliceRowsUnderLoad = 1_000
    /// A period is folded so many days after its end: by then it was billed and disputed.
    package static let foldDays: Int64 = 35
    /// API §2: replays are remembered for 24 h at least.
    package static let idempotencyMillisecondsKept: Int64 = 48 * 3_600_000

    /// How often those that are older are looked for.
    package static let idempotencyPruneMilliseconds: Int64 = 600_000

    // MARK: Reads

    package static let listPageDefault = 50
    package static let listPageMax = 500
    /// A page of a list stops growing here, so that large payloads stay one buffer.
    package static let listPageBytesMax = 4 * 1_024 * 1_024
    /// A table for spreadsheets stops growing here: some fifty thousand rows.
    package static let exportBytesMax = 8 * 1_024 * 1_024
    /// Pages that one table is read in at most, each of which may have scanned for nothing.
    package static let exportPagesMax = 1_000
    /// A list stops scanning here, which is about 100 ms, and answers with a cursor.
    package static let scanRowsMax = 20_000
    /// And here, by the payloads and results that it has read of jobs that it does not show.
    package static let scanBytesMax = 32 * 1_024 * 1_024
    /// Counters of periods that are over which a report shows: a year of a few metrics.
    package static let usageHistoryMax = 60
    package static let queuedQueriesMax = 2_000
    /// Queries that the reader has at a time: their answers, of up to 4 MiB each, are in memory
    /// together.
    package static let queriesAtReaderMax = 8

    // MARK: Time

    /// SEMANTICS §3: more than this between wall and steady clock is a jump.
    package static let clockJumpMilliseconds: Int64 = 60_000
    /// How long time must run steadily after a jump before a period may roll.
    package static let steadyMillisecondsBeforeRoll: Int64 = 60_000
}
