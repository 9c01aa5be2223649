import Core
import Testing

@Suite struct `A subscription` {
    private typealias Sample = SubscriptionSample

    private func subscription(_ facts: SubscriptionFact...) -> Subscription {
        Sample.subscription(facts)
    }

    // MARK: Order

    @Test func `late news of before changes nothing`() {
        let late = Sample.fact("evt_1", at: 0, .incomplete, rank: .created)
        let news = Sample.fact("evt_2", at: 5, .active)
        var it = subscription(news)
        #expect(it.apply(late, receivedAt: late.created).kind == .stale)
        #expect(it.state.status == .active)
        #expect(it == subscription(late, news))
    }

    @Test func `the same event again changes nothing`() {
        let fact = Sample.fact("evt_1", at: 0)
        var it = subscription(fact)
        let before = it
        let effect = it.apply(fact, receivedAt: fact.created.adding(9_000))
        #expect(effect == .init(kind: .repeated, isChanged: false))
        #expect(it == before)
    }

    @Test func `any event makes the subscription known`() {
        for rank in EventRank.allCases {
            let it = subscription(Sample.fact("evt_1", at: 0, .pastDue, rank: rank))
            #expect(it.state.status == .pastDue)
        }
    }

    @Test(
        arguments: [
            (EventRank.created, .updated), (.updated, .paused), (.paused, .deleted),
            (.created, .deleted), (.fetched, .created),
        ] as [(EventRank, EventRank)])
    func `in one second the kind tells what was later`(earlier: EventRank, later: EventRank) {
        // The ids are the other way round, so that they cannot be what decides.
        let first = Sample.fact("evt_9", at: 0, .incomplete, rank: earlier)
        let second = Sample.fact("evt_1", at: 0, .active, rank: later)
        for order in [[first, second], [second, first]] {
            let it = Sample.subscription(order)
            #expect(it.state.fact.eventID == "evt_1")
            #expect(!it.isDirty)
        }
    }

    @Test func `of two in one second the one that knows of the other was later`() {
        let first = Sample.fact("evt_9", at: 0, .pastDue) { $0.previous.status = .active }
        let second = Sample.fact("evt_1", at: 0, .unpaid) { $0.previous.status = .pastDue }
        for order in [[first, second], [second, first]] {
            let it = Sample.subscription(order)
            #expect(it.state.status == .unpaid)
            #expect(!it.isDirty)
        }
    }

    @Test func `there and back in one second begins with what was before`() {
        let before = Sample.fact("evt_0", at: -60, .pastDue)
        let first = Sample.fact("evt_9", at: 0, .active) { $0.previous.status = .pastDue }
        let second = Sample.fact("evt_1", at: 0, .pastDue) { $0.previous.status = .active }
        for order in [[before, first, second], [second, first, before], [first, before, second]] {
            let it = Sample.subscription(order)
            #expect(it.state.fact.eventID == "evt_1")
            #expect(it.state.pastDueSince == second.created)
            #expect(!it.isDirty)
        }
    }

    @Test func `what cannot be told apart is asked about, and ends by its id`() {
        let one = Sample.fact("evt_1", at: 0, .active)
        let other = Sample.fact("evt_2", at: 0, .pastDue)
        for order in [[one, other], [other, one]] {
            var it = Sample.subscription([order[0]])
            let effect = it.apply(order[1], receivedAt: order[1].created)
            #expect(effect.kind == .conflict)
            #expect(it.isDirty)
            #expect(it.state.fact.eventID == "evt_2")
        }
    }

    @Test func `what is in doubt proves nothing of what came after it`() {
        let doubt = [
            Sample.fact("evt_1", at: 0, .active), Sample.fact("evt_2", at: 0, .pastDue),
        ]
        let first = Sample.fact("evt_3", at: 9, .active) { $0.previous.status = .pastDue }
        let second = Sample.fact("evt_4", at: 9, .pastDue) { $0.previous.status = .active }
        #expect(Sample.subscription(doubt + [first, second]).isDirty)
        #expect(!Sample.subscription(doubt + [first]).isDirty)
    }

    @Test func `two events that say the same are no conflict`() {
        let it = subscription(Sample.fact("evt_1", at: 0), Sample.fact("evt_2", at: 0))
        #expect(!it.isDirty)
    }

    @Test func `an answer of the provider ends a conflict`() {
        let one = Sample.fact("evt_1", at: 0, .active)
        let other = Sample.fact("evt_2", at: 0, .pastDue)
        let answer = Sample.fact("read_1", at: 2, .active, rank: .fetched)
        for order in [[one, other, answer], [answer, other, one], [other, answer, one]] {
            let it = Sample.subscription(order)
            #expect(it.state.fact.eventID == "read_1")
            #expect(!it.isDirty)
        }
        let asked = Sample.fact("read_1", at: 0, .active, rank: .fetched) { _ in }
        #expect(subscription(one, other, asked).isDirty, "what happened since is not in it")
    }

    @Test func `the end wins whenever it comes`() {
        let end = Sample.fact("evt_1", at: 10, .canceled, rank: .deleted)
        let after = Sample.fact("evt_2", at: 20, .active)
        let before = Sample.fact("evt_3", at: 5, .active)
        for order in [[end, after, before], [after, before, end], [before, after, end]] {
            let it = Sample.subscription(order)
            #expect(it.state.isOver)
            #expect(it.state.fact.eventID == "evt_1")
            #expect(!it.isDirty)
        }
    }

    @Test(arguments: [
        Sample.fact("evt_1", at: 10, .incompleteExpired),
        Sample.fact("evt_1", at: 10, .canceled),
        Sample.fact("evt_1", at: 10, .active) { $0.endedAt = Sample.start },
        Sample.fact("evt_1", at: 10, .active, rank: .deleted),
    ])
    func `every way to end is an end`(fact: SubscriptionFact) {
        #expect(subscription(fact, Sample.fact("evt_2", at: 20)).state.isOver)
    }

    @Test func `only an answer of later brings back what has ended`() {
        let end = Sample.fact("evt_1", at: 10, .canceled, rank: .deleted)
        let earlier = Sample.fact("read_1", at: 5, .active, rank: .fetched)
        let later = Sample.fact("read_2", at: 15, .active, rank: .fetched)
        #expect(subscription(end, earlier).state.isOver)
        #expect(!subscription(end, later).state.isOver)
        #expect(!subscription(later, end).state.isOver)
    }

    // MARK: Times that cannot be

    @Test func `an event from the future gives way to every other`() {
        let future = Sample.fact("evt_1", at: 4_000_000_000, .active)
        let fact = Sample.fact("evt_2", at: 0, .pastDue)
        let received = Sample.start.adding(10_000)
        var one = Subscription(first: future, receivedAt: received)
        #expect(one.state.status == .active)
        #expect(one.isDirty)
        one.apply(fact, receivedAt: received)
        var other = Subscription(first: fact, receivedAt: received)
        other.apply(future, receivedAt: received)
        #expect(one == other)
        #expect(one.state.status == .pastDue)
        #expect(!one.isDirty)
    }

    @Test(arguments: [(300_000, true), (301_000, false)] as [(Int64, Bool)])
    func `five minutes ahead are believed`(ahead: Int64, isBelieved: Bool) {
        let fact = Sample.fact("evt_1", at: ahead / 1_000)
        let it = Subscription(first: fact, receivedAt: Sample.start)
        #expect((it.state.fact.receivedInstead == nil) == isBelieved)
    }

    @Test func `no time stops the program`() {
        for milliseconds in [-62_000_000_000_000, -1, 0, 253_402_300_799_000] as [Int64] {
            let created = Timestamp(milliseconds: milliseconds)
            let fact = SubscriptionFact(
                id: "sub_1", eventID: "evt_1", created: created, rank: .updated, isLive: false,
                status: .pastDue)
            for received in [Sample.start, created] {
                let it = Subscription(first: fact, receivedAt: received)
                #expect(it.state.status == .pastDue)
            }
        }
    }

    // MARK: Grace

    @Test func `grace begins with the earliest news of the debt`() {
        let paid = Sample.fact("evt_0", at: 0, .active)
        let due = Sample.fact("evt_1", at: 10, .pastDue)
        let again = Sample.fact("evt_2", at: 20, .pastDue)
        let third = Sample.fact("evt_3", at: 30, .unknown("odd"))
        for order in [[paid, due, again, third], [third, again, due, paid]] {
            #expect(Sample.subscription(order).state.pastDueSince == due.created)
        }
        var it = subscription(third)
        #expect(it.state.pastDueSince == third.created)
        it.apply(due, receivedAt: due.created)
        #expect(it.state.pastDueSince == due.created)
        let effect = it.apply(again, receivedAt: again.created)
        #expect(it.state.pastDueSince == due.created)
        #expect(effect == .init(kind: .stale, isChanged: false))
    }

    @Test func `a payment between two debts begins grace anew, however late it is told`() {
        let due = Sample.fact("evt_1", at: 10, .pastDue)
        let paid = Sample.fact("evt_2", at: 20, .active)
        let again = Sample.fact("evt_3", at: 30, .pastDue)
        for order in [[due, paid, again], [again, due, paid], [paid, again, due]] {
            #expect(Sample.subscription(order).state.pastDueSince == again.created)
        }
    }

    @Test func `a debt lasts through unpaid and a pause`() {
        let due = Sample.fact("evt_1", at: 10, .pastDue)
        let unpaid = Sample.fact("evt_2", at: 20, .unpaid)
        let back = Sample.fact("evt_3", at: 30, .pastDue)
        #expect(subscription(due, unpaid, back).state.pastDueSince == due.created)
        let paused = Sample.fact("evt_4", at: 5, .paused) { $0.pauseCause = .firstPaymentFailure }
        #expect(subscription(due, paused).state.pastDueSince == paused.created)
    }

    // MARK: What is carried over

    @Test func `what a body does not say is as before`() {
        let known = Sample.fact("evt_1", at: 0)
        let bare = SubscriptionFact(
            id: "sub_1", eventID: "evt_2", created: Sample.start.adding(9_000), rank: .updated,
            isLive: false, status: .pastDue)
        let it = subscription(known, bare)
        #expect(it.state.status == .pastDue)
        #expect(it.state.plan?.planID == "pro")
        #expect(it.state.periodEnd == known.periodEnd)
        #expect(it.state.fact.customer == "cus_1")
        #expect(it.state.fact.anchor == Sample.start)
    }

    @Test func `a doubt lasts until an answer to a later question`() {
        var it = subscription(Sample.fact("evt_1", at: 0))
        it.doubt(at: Sample.start.adding(10_000))
        #expect(it.isDirty)
        it.apply(
            Sample.fact("read_1", at: 9, rank: .fetched), receivedAt: Sample.start.adding(12_000))
        #expect(it.isDirty)
        it.apply(
            Sample.fact("read_2", at: 10, rank: .fetched), receivedAt: Sample.start.adding(12_000))
        #expect(!it.isDirty)
    }

    @Test(arguments: [(9, true), (10, false), (11, false)])
    func `a doubt ends with what is told of that second or later`(second: Int, isDirty: Bool) {
        var it = subscription(Sample.fact("evt_1", at: 0))
        it.doubt(at: Sample.start.adding(10_000))
        it.apply(
            Sample.fact("evt_2", at: Int64(second)), receivedAt: Sample.start.adding(12_000))
        #expect(it.isDirty == isDirty)
    }
}
