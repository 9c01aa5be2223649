import Core
import Testing

@testable import Billing

@Suite struct `An event` {
    private static func body(
        type: String = "customer.subscription.updated", object: String, more: String = "",
        created: String = "1793523600", livemode: String = "false"
    ) -> [UInt8] {
        Array(
            """
            {"id":"evt_1","object":"event","type":"\(type)","created":\(created),\
            "livemode":\(livemode),"data":{"object":\(object)\(more)}}
            """.utf8)
    }

    private static func subscription(_ more: String = "") -> String {
        """
        {"id":"sub_1","customer":"cus_1","status":"active","items":{"data":[{"price":\
        {"id":"price_1"}}]}\(more)}
        """
    }

    private func meaning(_ body: [UInt8]) throws -> BillingEvent {
        try StripeEvent.read(body, mode: .test).meaning
    }

    private func fact(_ path: String) throws -> SubscriptionFact {
        guard case .subscription(let fact) = try Fixture.event(path).meaning else {
            throw Unreadable("\(path) is about no subscription")
        }
        return fact
    }

    @Test(arguments: Fixture.all)
    func `every fixture is read`(path: String) throws {
        let event = try Fixture.event(path)
        let ignored = [
            "entitlements.", "price.", "subscription_schedule.", "test_helpers.", "billing.",
            "invoice.upcoming",
        ]
        #expect(!event.isLive)
        #expect(path.contains(event.type))
        switch event.meaning {
        case .subscription(let fact):
            #expect(event.type.hasPrefix("customer.subscription."))
            #expect(fact.pricingIsKnown)
            #expect(fact.periodEnd != nil)
            #expect(fact.tenant != nil)
            #expect(event.subscription == fact.id)
            #expect(event.object == fact.id)
        case .money, .catalogue: #expect(!ignored.contains { event.type.hasPrefix($0) })
        case .ignored: #expect(ignored.contains { event.type.hasPrefix($0) })
        case .thin: #expect(event.type.hasPrefix("v1."))
        case .wrongMode, .connected, .failed: Issue.record("\(path): \(event.meaning)")
        }
    }

    @Test func `the shapes of all versions say the same`() throws {
        let shapes = Fixture.names(in: "shapes")
        #expect(shapes == ["2017-08-15", "2024-06-20", "2025-03-31.basil"])
        let facts = try shapes.map { try fact("shapes/\($0)/customer.subscription.updated.json") }
        for fact in facts {
            #expect(fact.status == .pastDue)
            #expect(fact.previous.status == .active)
            #expect(fact.previous.periodEnd == fact.items[0].periodStart)
            #expect(fact.startedAt?.description == "2026-11-01T09:00:00.000Z")
            #expect(fact.periodEnd?.description == "2026-12-01T09:00:00.000Z")
            #expect(fact.priceIDs == ["price_pro_month"])
            #expect(fact.resolved(by: PriceBook(Fixture.catalog)).plan?.planID == "pro")
            #expect(fact.items[0].price.interval == .month)
            #expect(fact.customer == "cus_acme")
        }
        for shape in shapes {
            let event = try Fixture.event("shapes/\(shape)/invoice.paid.json")
            #expect(event.apiVersion == shape)
            guard case .money(.invoice(let invoice)) = event.meaning else {
                Issue.record("\(event.meaning)")
                continue
            }
            #expect(invoice.status == .paid)
            #expect(invoice.subscription == "sub_acme")
            #expect(invoice.amountPaid == 4_900)
            #expect(invoice.amountRemaining == 0)
            #expect(invoice.payments.count == 1)
            #expect(invoice.madeAt?.description == "2026-11-01T09:00:00.000Z")
        }
    }

    @Test func `a refund names what it takes back`() throws {
        func reversal(_ path: String) throws -> Reversal {
            guard case .money(.reversal(let reversal)) = try Fixture.event(path).meaning else {
                throw Unreadable(path)
            }
            return reversal
        }
        let charge = try reversal("events/charge.refunded.json")
        #expect(charge.charge == "ch_acme_1")
        #expect(charge.paymentIntent == "pi_acme_1")
        #expect(charge.amount == 4_900)
        #expect(charge.isWhole == true)
        let part = try reversal("shapes/2024-06-20/charge.refunded.json")
        #expect(part.isWhole == false)
        #expect(part.amount == 1_000)
        #expect(part.paid == 4_900)
        #expect(part.invoice == "in_acme_1")
        #expect(try reversal("events/charge.dispute.created.json").standing == .inForce)
        for undone in ["refund.failed", "charge.dispute.funds_reinstated", "credit_note.voided"] {
            #expect(try reversal("events/\(undone).json").standing == .undone)
        }
    }

    @Test func `what was paid is told by invoices, their payments and checkouts`() throws {
        let links = try ["events/invoice.paid.json", "events/invoice_payment.paid.json"].map {
            switch try Fixture.event($0).meaning {
            case .money(.invoice(let fact)): return fact.payments
            case .money(.payment(let link)): return [link]
            default: throw Unreadable($0)
            }
        }
        let link = PaymentLink(invoice: "in_acme_1", paymentIntent: "pi_acme_1", amount: 4_900)
        #expect(links == [[link], [link]])
        let tried = Self.body(
            type: "invoice.payment_failed",
            object: #"""
                {"id":"in_1","status":"open","charge":"ch_1","payments":{"data":[
                {"status":"open","payment":{"payment_intent":"pi_1"}},
                {"status":"canceled","payment":{"payment_intent":"pi_2"}}]}}
                """#)
        guard case .money(.invoice(let fact)) = try meaning(tried) else { throw Unreadable("") }
        #expect(fact.payments.isEmpty, "it gave nothing that could go back")
        let sold = Self.body(
            type: "checkout.session.completed", object: #"{"id":"cs_1","amount_total":1200}"#)
        guard case .money(.checkout(let session)) = try meaning(sold) else { throw Unreadable("") }
        #expect(session.amount == 1_200)
    }

    @Test(
        arguments: [
            ("succeeded", .inForce), ("pending", .inForce), ("failed", .undone),
            ("canceled", .undone),
        ] as [(String, Reversal.Standing)])
    func `a refund that did not happen takes nothing back`(
        status: String, standing: Reversal.Standing
    ) throws {
        let body = Self.body(
            type: "refund.updated", object: #"{"id":"re_1","status":"\#(status)","amount":1}"#)
        guard case .money(.reversal(let reversal)) = try meaning(body) else {
            Issue.record("\(try meaning(body))")
            return
        }
        #expect(reversal.standing == standing)
    }

    @Test(
        arguments: [
            ("warning_needs_response", .undone), ("warning_under_review", .undone),
            ("warning_closed", .undone), ("won", .undone), ("prevented", .undone),
            ("needs_response", .inForce), ("under_review", .inForce), ("lost", .inForce),
        ] as [(String, Reversal.Standing)])
    func `an inquiry takes nothing back before it is a dispute`(
        status: String, standing: Reversal.Standing
    ) throws {
        let body = Self.body(
            type: "charge.dispute.updated",
            object: #"{"id":"dp_1","charge":"ch_1","status":"\#(status)","amount":1}"#)
        guard case .money(.reversal(let reversal)) = try meaning(body) else {
            Issue.record("\(try meaning(body))")
            return
        }
        #expect(reversal.standing == standing)
    }

    @Test func `a checkout says whose customer it is`() throws {
        let event = try Fixture.event("events/checkout.session.completed.json")
        guard case .money(.checkout(let fact)) = event.meaning else {
            Issue.record("\(event.meaning)")
            return
        }
        #expect(fact.customer == "cus_acme")
        #expect(fact.clientReference == "acme")
        #expect(fact.tenant == "acme")
        #expect(fact.isPaid)
        #expect(event.subscription == "sub_acme")
    }

    @Test func `a pause says its cause`() throws {
        let fact = try fact("events/customer.subscription.paused.json")
        #expect(fact.status == .paused)
        #expect(fact.pauseCause == .firstPaymentFailure)
        #expect(fact.rank == .paused)
    }

    // MARK: Bad input

    @Test(arguments: [
        "", "x", "[]", "null", #""evt""#, "{}", "{",
        #"{"id":"evt_1","object":"event","type":"a.b","data":{}}"#,
        #"{"id":"evt_1","object":"event","type":"a.b","data":{"object":null}}"#,
        #"{"id":"evt_1","object":"event","type":"a.b","data":{"object":[]}}"#,
        #"{"id":"evt_1","object":"event","type":"a.b","data":{"object":"sub_1"}}"#,
        #"{"id":"evt_1","object":"event","type":"a.b","data":[]}"#,
        #"{"id":"evt_1","object":"event","data":{"object":{}}}"#,
        #"{"id":7,"object":"event","type":"a.b","data":{"object":{}}}"#,
        #"{"id":"evt_","object":"event","type":"a.b","data":{"object":{}}}"#,
        #"{"id":"evt_é","object":"event","type":"a.b","data":{"object":{}}}"#,
        #"{"object":"event","type":"a.b","data":{"object":{}}}"#,
        #"{"id":"evt_1","type":"a.b","data":{"object":{}}}"#,
        #"{"id":"evt_1","object":"customer","type":"a.b","data":{"object":{}}}"#,
        #"{"id":"evt_1","object":{},"type":"a.b","data":{"object":{}}}"#,
        #"{"id":"evt_1","object":null,"type":"a.b","data":{"object":{}}}"#,
    ])
    func `what is no event is malformed`(text: String) {
        #expect(throws: MalformedEvent.self) {
            try StripeEvent.read(Array(text.utf8), mode: .test)
        }
    }

    @Test func `bytes that are no text are malformed`() {
        var bytes = Fixture.bytes("events/invoice.paid.json")
        bytes[bytes.count / 2] = 0xFF
        #expect(throws: MalformedEvent.self) { try StripeEvent.read(bytes, mode: .test) }
    }

    @Test(arguments: [
        subscription().replacing(#""sub_1""#, with: "7"),
        subscription().replacing(#""sub_1""#, with: "null"),
        subscription().replacing(#""sub_1""#, with: #""""#),
        subscription().replacing(#""cus_1""#, with: "7"),
        subscription().replacing(#""cus_1""#, with: "{}"),
        subscription().replacing(#""cus_1""#, with: "[]"),
        subscription().replacing(#""active""#, with: "true"),
        subscription().replacing(#""active""#, with: "null"),
        subscription().replacing(#"{"data":["#, with: #"{"data":[7,"#),
        subscription().replacing(#"{"data""#, with: #"{"data":"x","y""#),
        subscription(#","cancel_at":"soon""#), subscription(#","ended_at":-1"#),
        subscription(#","trial_end":1e300"#), subscription(#","cancel_at_period_end":"no""#),
        subscription(#","current_period_end":253402300800"#),
        #"{"status":"active"}"#, "{}",
    ])
    func `a subscription that cannot be read fails and changes nothing`(object: String) throws {
        guard case .failed(let reason) = try meaning(Self.body(object: object)) else {
            Issue.record("\(try meaning(Self.body(object: object)))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(arguments: [
        ("null", "false"), (#""1793523600""#, "false"), ("-5", "false"), ("1793523600", "null"),
        ("1793523600", #""yes""#), ("1e40", "false"),
    ])
    func `an event without time or world fails`(created: String, livemode: String) throws {
        let body = Self.body(
            object: Self.subscription(), created: created, livemode: livemode)
        guard case .failed = try meaning(body) else {
            Issue.record("\(try meaning(body))")
            return
        }
    }

    @Test func `events of 1970 and 2100 are read`() throws {
        for (created, text) in [("0", "1970-01-01"), ("4102444800", "2100-01-01")] {
            let event = try StripeEvent.read(
                Self.body(object: Self.subscription(), created: created), mode: .test)
            #expect(event.created.description.hasPrefix(text))
            guard case .subscription(let fact) = event.meaning else {
                Issue.record("\(event.meaning)")
                continue
            }
            #expect(fact.created == event.created)
        }
    }

    @Test func `events of the other world are told apart`() throws {
        let live = Self.body(object: Self.subscription(), livemode: "true")
        #expect(try meaning(live) == .wrongMode(isLive: true))
        let test = Self.body(object: Self.subscription())
        #expect(try StripeEvent.read(test, mode: .live).meaning == .wrongMode(isLive: false))
    }

    @Test(arguments: [(#""acct_1""#, "acct_1"), ("7", ""), (#""""#, "")])
    func `events of connected accounts are told apart`(account: String, name: String) throws {
        let body = String(decoding: Self.body(object: Self.subscription()), as: UTF8.self)
        let connected = body.replacing(#""evt_1","#, with: #""evt_1","account":\#(account),"#)
        #expect(try meaning(Array(connected.utf8)) == .connected(account: name))
        let own = body.replacing(#""evt_1","#, with: #""evt_1","account":null,"#)
        guard case .subscription = try meaning(Array(own.utf8)) else {
            Issue.record("\(try meaning(Array(own.utf8)))")
            return
        }
    }

    @Test(arguments: ["price.created", "price.updated", "price.deleted"])
    func `a price says nothing of what its product stands for`(type: String) throws {
        let body = Self.body(
            type: type, object: #"{"id":"price_1","product":"prod_1","metadata":{}}"#)
        #expect(try meaning(body) == .ignored(type: type))
    }

    @Test func `a thin event says what to fetch`() throws {
        let event = try Fixture.event("events/v1.customer.subscription.updated.json")
        #expect(
            event.meaning
                == .thin(ThinEvent(type: "v1.customer.subscription.updated", object: "sub_acme")))
        #expect(event.created.description == "2026-11-01T09:00:00.000Z")
    }

    @Test func `items may be none, and are no more than twenty`() throws {
        let none = Self.subscription().replacing(#"[{"price":{"id":"price_1"}}]"#, with: "[]")
        guard case .subscription(let empty) = try meaning(Self.body(object: none)) else {
            Issue.record("no items")
            return
        }
        #expect(empty.resolved(by: PriceBook(Fixture.catalog)).pricing == .noItems)
        let items = (1...25).map { #"{"price":{"id":"price_\#($0)"}}"# }.joined(separator: ",")
        let many = Self.subscription().replacing(#"{"price":{"id":"price_1"}}"#, with: items)
        guard case .subscription(let full) = try meaning(Self.body(object: many)) else {
            Issue.record("many items")
            return
        }
        #expect(full.items.count == 20)
        #expect(full.hasMoreItems && !empty.hasMoreItems)
        #expect(full.resolved(by: PriceBook(Fixture.catalog)).pricing == .unknownPrice)
    }

    @Test(arguments: [(19, "", false), (20, "", false), (21, "", true), (1, "true", true)])
    func `items that are not read are told of`(count: Int, hasMore: String, isTold: Bool) throws {
        let items = (1...count).map { #"{"price":{"id":"price_\#($0)"}}"# }.joined(separator: ",")
        let more = hasMore.isEmpty ? "" : #","has_more":\#(hasMore)"#
        let object = Self.subscription().replacing(
            #"[{"price":{"id":"price_1"}}]"#, with: "[\(items)]\(more)")
        guard case .subscription(let fact) = try meaning(Self.body(object: object)) else {
            Issue.record("no subscription")
            return
        }
        #expect(fact.hasMoreItems == isTold)
    }

    @Test func `expanded and deleted objects are their ids`() throws {
        let object = Self.subscription().replacing(
            #""cus_1""#, with: #"{"id":"cus_1","object":"customer","deleted":true}"#)
        let event = try StripeEvent.read(Self.body(object: object), mode: .test)
        #expect(event.customer == "cus_1")
        guard case .subscription(let fact) = event.meaning else {
            Issue.record("\(event.meaning)")
            return
        }
        #expect(fact.customer == "cus_1")
    }

    @Test func `an object that was asked for is a fact of when it was asked`() throws {
        let at = Timestamp(milliseconds: 1_793_523_600_500)
        let body = Self.subscription(#","livemode":false"#)
        let fact = try #require(
            SubscriptionReader.fetched(Array(body.utf8), id: "read_1", readStartedAt: at))
        #expect(fact.readStartedAt == at)
        #expect(fact.status == .active)
        #expect(SubscriptionReader.fetched(Array("{}".utf8), id: "x", readStartedAt: at) == nil)
    }

    @Test func `no bytes stop the reader`() throws {
        var random = Random(seed: 11)
        let words = ["null", "{}", "[]", "7", "-1", "\"\"", "true", "1e99", "\"\\u0000\""]
        var read = 0
        for _ in 0..<4_000 {
            let path = try #require(Fixture.all.randomElement(using: &random))
            let bytes = Fixture.bytes(path)
            // A value in place of another one.
            let starts = bytes.indices.dropLast().filter { bytes[$0] == UInt8(ascii: ":") }
            let start = try #require(starts.randomElement(using: &random)) + 1
            let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == UInt8(ascii: ",") }
            let word = try #require(words.randomElement(using: &random))
            let changed = bytes[..<start] + Array(word.utf8) + bytes[(end ?? bytes.count)...]
            if (try? StripeEvent.read(Array(changed), mode: .test)) != nil { read += 1 }
        }
        #expect(read > 1_000)
    }
}

extension SubscriptionFact {
    fileprivate var pricingIsKnown: Bool {
        resolved(by: PriceBook(Fixture.catalog)).pricing == .known
    }
}
