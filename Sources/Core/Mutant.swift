#if Mutants
    import Synchronization

    /// Defects put in on purpose, to see whether the simulator finds them. Built only with the
    /// package's trait `Mutants`; at most one is on in a process.
    package enum Mutant: String, CaseIterable, Sendable {
        /// Jobs are admitted by what had been used when the batch began.
        case gateOutsideTransaction
        /// Answers leave before what they tell is on disk.
        case replyBeforeCommit
        /// A failed commit leaves memory as the batch had made it.
        case memoryNotRebuilt
        /// A retry is counted like a first start.
        case chargeOnRetry
        /// A token of an attempt that is over ends the attempt that came after it.
        case staleTokenAccepted
        /// Leases are ended before the heartbeats of their batch are heard.
        case expiryBeforeHeartbeats
        /// A wall clock that is set back takes charges to a period that is over.
        case periodGoesBack
        /// A pull that was ended is still served.
        case ticketServedAfterCancel
        /// An upgrade opens lines, and the pulls that wait for them are not told.
        case missedWakeOnUpgrade
        /// An answer that never arrived counts as a crash of the worker.
        case undeliveredIsCrash
        /// Canceling a waiting job leaves it in the count of what waits.
        case waitingNotLowered
        /// What an idempotency key brought is kept by a transaction of its own.
        case replayInSecondTransaction
        /// The same source of a grant again makes a second one.
        case grantCountedTwice
        /// What a job cost is given back twice.
        case refundTwice
        /// A threshold that was told of is told of again.
        case alertTwice
        /// An override to unlimited counts as none.
        case overrideLostWhenUnlimited
        /// A limit that is lowered below what was used takes the counter down with it.
        case lowerLimitRewritesCounter
        /// Units past a limit that is not enforced are billed.
        case observeWritesOverage
        /// What is consumed is checked against the counters as the batch found them.
        case consumeOutsideTransaction
        /// A server that died with its own children is taken for a worker that crashed.
        case serverDeathIsCrash
        /// The lease of a job that was called off outlives the word that it is done.
        case canceledEndsTwice
        /// Heartbeats renew a lease beyond what its job allows.
        case heartbeatOutrunsTimeout
        /// What is on disk of a log is not counted into what may be added.
        case logUnbounded
        /// Lines that came before are taken once more.
        case logRepeated
        /// An event is kept, and what it changes is written by a transaction of its own.
        case eventEffectInSecondTransaction
        /// Of facts of one second that nothing tells apart, the one that came last counts.
        case lateEqualFactWins
        /// Of several signatures only the first is looked at.
        case firstSignatureOnly
        /// A payment that is tried again and fails begins the grace anew.
        case graceMovedByRetry
        /// The end of an old subscription takes the plan that another one gives.
        case oldDeletionDowngrades
        /// Where a batch stops moving tenants between versions of a plan, the next one is left out.
        case moveLeavesTenantOut
        /// What was put apart as too costly stays there when more can be admitted.
        case unfitStaysApart
        /// A grant counts until its end is noted, not until its end.
        case endedGrantAdmits
        /// A grant whose money went back stays away though it did not after all.
        case grantStaysTakenBack
        /// After a failed commit the wall clock tells how long leases run.
        case steadyTimesForgotten

        private static let chosen = Mutex<Mutant?>(nil)

        /// Puts this defect in for the rest of the process.
        package func putIn() { Mutant.chosen.withLock { $0 = self } }

        /// True if this defect is in.
        package var isIn: Bool { Mutant.chosen.withLock { $0 == self } }
    }
#endif
