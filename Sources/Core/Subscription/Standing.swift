/// How a subscription stands at one moment, by its state and the time that has passed since.
struct Standing: Hashable, Sendable {
    private(set) var kind: Kind
    /// When it changes by itself, as far as that is known.
    private(set) var changes: [Timestamp] = []
    /// True if nothing has been heard for too long, so that the provider is to be asked.
    private(set) var isSilent = false
    private(set) var graceUntil: Timestamp?

    /// What a subscription gives.
    enum Kind: Hashable, Sendable {
        /// Its plan, under this status.
        case entitled(TenantStatus)
        /// Nothing yet: the first payment is not there.
        case pending
        /// Nothing more: grace is over.
        case lapsed
        /// Nothing, and no job starts.
        case paused
        /// Nothing, and no job starts or is taken in.
        case suspended
        /// It is over.
        case over
    }

    /// How a subscription with this state stands.
    init(
        _ state: SubscriptionState, now: Timestamp, graceMilliseconds: Int64, canAsk: Bool
    ) {
        kind = .over
        guard !state.isOver else { return }
        let ended = state.silentEnd
        let overdue = state.silentWindow
        for time in [ended, overdue] {
            guard let time else { continue }
            changes.append(time)
            isSilent = isSilent || now >= time
        }
        if !canAsk, let ended, now >= ended { return }
        switch state.status {
        case .incomplete: kind = .pending
        case .incompleteExpired, .canceled: kind = .over
        case .active, .trialing:
            kind = .entitled(state.status == .active ? .active : .trialing)
            if !canAsk, let overdue {
                changes.append(overdue.adding(graceMilliseconds))
                if now >= overdue { beInGrace(since: overdue, now, graceMilliseconds) }
            }
        case .pastDue, .unknown:
            beInGrace(since: state.pastDueSince ?? state.fact.at, now, graceMilliseconds)
        case .unpaid: kind = .suspended
        case .paused:
            switch state.fact.pauseCause {
            case .firstPaymentFailure:
                beInGrace(since: state.pastDueSince ?? state.fact.at, now, graceMilliseconds)
            case .finalPaymentFailure: kind = .suspended
            case .other, nil: kind = .paused
            }
        }
    }

    private mutating func beInGrace(
        since: Timestamp, _ now: Timestamp, _ graceMilliseconds: Int64
    ) {
        let until = since.adding(graceMilliseconds)
        changes.append(until)
        if now < until {
            kind = .entitled(.pastDue)
            graceUntil = until
        } else {
            kind = .lapsed
        }
    }
}

extension SubscriptionState {
    /// When it is to end, if somebody has canceled it.
    package var cancelsAt: Timestamp? {
        isOver ? nil : fact.cancelAt ?? (fact.cancelsAtPeriodEnd ? periodEnd : nil)
    }

    /// From when on the news of its end is overdue.
    fileprivate var silentEnd: Timestamp? {
        guard isHeardOf, let cancelsAt else { return nil }
        return max(cancelsAt, fact.at).adding(Limits.silenceMillisecondsCanceling)
    }

    /// From when on the news of its next window is overdue.
    fileprivate var silentWindow: Timestamp? {
        guard isHeardOf, let periodEnd else { return nil }
        return max(periodEnd, fact.at).adding(Limits.silenceMilliseconds)
    }

    /// True in those statuses in which the provider tells of every window.
    private var isHeardOf: Bool {
        switch status {
        case .active, .trialing, .pastDue, .unknown: true
        case .incomplete, .incompleteExpired, .canceled, .unpaid, .paused: false
        }
    }
}
