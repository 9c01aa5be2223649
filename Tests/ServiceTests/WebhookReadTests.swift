import API
import Billing
import Core
import HTTP
import Service
import Store
import Testing

@Suite struct `What came of events` {
    private static func row(_ id: String = "evt_1", number: Int64 = 5) -> EventRow {
        var row = EventRow(
            number: number, id: id, type: "customer.subscription.updated",
            created: House.noon.adding(-1_000), apiVersion: nil, isLive: false, object: "sub_1",
            customer: "cus_1", subscription: "sub_1", receivedAt: House.noon, state: .failed)
        row.reason = "no plan has a price 'price_9'"
        row.retryAt = House.noon.adding(5_000)
        return row
    }

    private static let fields = #"""
        "type":"customer.subscription.updated","created":"2026-11-16T11:59:59.000Z",\#
        "received_at":"2026-11-16T12:00:00.000Z","state":"failed",\#
        "reason":"no plan has a price 'price_9'","tries":1,\#
        "retry_at":"2026-11-16T12:00:05.000Z","tenant":"acme","livemode":false,\#
        "api_version":null,"object":"sub_1","customer":"cus_1","subscription":"sub_1",\#
        "has_body":true
        """#

    @Test func `is listed without bodies, and goes on where the page ended`() throws {
        let house = House()
        let exchange = house.send("GET", "/v1/webhook-events?state=failed&limit=1&cursor=9")
        guard case .billing(.events(state: .failed, before: 9, limit: 1)) = house.queries[0].query
        else { throw Unexpected() }
        let view = EventView(row: Self.row(), tenant: "acme", body: [123, 125])
        house.answerQuery(.billing(.events([view], next: 5)))
        #expect(
            house.response(exchange)?.text
                == #"{"items":[{"id":"evt_1",\#(Self.fields)}],"next_cursor":"5"}"#)
    }

    @Test(arguments: ["state=done", "cursor=x", "cursor=-1", "limit=501", "type=a"])
    func `is not listed by what cannot be`(query: String) {
        let house = House()
        #expect(house.call("GET", "/v1/webhook-events?\(query)")?.status == 422)
        #expect(house.queries.isEmpty)
    }

    @Test func `is shown with its body, or null where that is gone`() {
        let view = EventView(row: Self.row(), tenant: "acme", body: Array(#"{"a":[1]}"#.utf8))
        let shown = House().call("GET", "/v1/webhook-events/evt_1", rows: .billing(.event(view)))
        #expect(shown?.text == #"{"id":"evt_1",\#(Self.fields),"body":{"a":[1]}}"#)
        let bare = EventView(row: Self.row(), tenant: "acme")
        let gone = House().call("GET", "/v1/webhook-events/evt_1", rows: .billing(.event(bare)))
        #expect(gone?.text == #"{"id":"evt_1",\#(Self.fields),"body":null}"#)
    }

    @Test func `is 404 where there is no such event`() {
        let response = House().call(
            "GET", "/v1/webhook-events/evt_2", rows: .billing(.event(nil)))
        #expect(response?.status == 404)
        #expect(response?["detail"]?.contains("'evt_2'") == true)
    }

    @Test func `is applied again, and shown as it is then`() throws {
        let house = House()
        let exchange = house.send("POST", "/v1/webhook-events/evt_1/replay")
        guard case .billing(.replay(event: "evt_1")) = house.commands[0].command else {
            throw Unexpected()
        }
        house.reply(.billing(.taken(.applied, isDuplicate: false)))
        guard case .billing(.event("evt_1")) = house.queries[0].query else { throw Unexpected() }
        house.answerQuery(.billing(.event(EventView(row: Self.row(), tenant: "acme"))))
        #expect(house.response(exchange)?.status == 200)
        #expect(house.response(exchange)?["id"] == "evt_1")
    }

    @Test(arguments: [
        (BillingRefusal.eventUnknown("evt_1"), 404), (.eventBodyGone("evt_1"), 409),
    ])
    func `is not applied again where it is unknown or its body gone`(
        refusal: BillingRefusal, status: Int
    ) {
        let response = House().call(
            "POST", "/v1/webhook-events/evt_1/replay", reply: .refused(.billing(refusal)))
        #expect(response?.status == status)
        #expect(response?["detail"]?.contains("'evt_1'") == true)
    }

    @Test func `is told by the health of the receiver`() {
        let house = WebhookBench.house(WebhookBench.receiver("whsec_a", WebhookBench.secret))
        let none = Rows.billing(.inquiries(InquiriesView(open: 0, givenUp: [])))
        let before = house.call("GET", "/v1/webhook-events/health", rows: none)
        #expect(
            before?.text == #"{"configured":true,"mode":"test","last_success_at":null,"#
                + #""lag":null,"last_failure_at":null,"failures_in_row":0,"#
                + #""secrets":[{"uses":0,"until":null},{"uses":0,"until":null}],"#
                + #""questions":{"open":0,"given_up":[]}}"#)
        _ = house.deliver(
            WebhookBench.event(
                WebhookBench.subscription(), created: WebhookBench.created - 2))
        _ = house.deliver([1], header: nil)
        let some = Rows.billing(.inquiries(InquiriesView(open: 3, givenUp: ["sub_1", "sub_2"])))
        let after = house.call("GET", "/v1/webhook-events/health", rows: some)
        #expect(
            after?.text == #"{"configured":true,"mode":"test","#
                + #""last_success_at":"2026-11-16T12:00:00.000Z","lag":2,"#
                + #""last_failure_at":"2026-11-16T12:00:00.000Z","failures_in_row":1,"#
                + #""secrets":[{"uses":0,"until":null},{"uses":1,"until":null}],"#
                + #""questions":{"open":3,"given_up":["sub_1","sub_2"]}}"#)
        let bare = House().call("GET", "/v1/webhook-events/health", rows: none)
        #expect(bare?["configured"] == "false")
    }
}

@Suite struct `The audit` {
    private static let row = AuditRow(
        id: AuditID(rawValue: 1), at: House.noon, tenant: 1, actor: "provider",
        action: "customer.subscription.updated", outcome: .applied,
        before: AuditRow.Standpoint(plan: PlanVersion(id: "free", version: 1), status: .active),
        after: AuditRow.Standpoint(plan: PlanVersion(id: "pro", version: 2), status: .pastDue),
        event: "evt_1")

    @Test func `shows who changed what from where to where`() throws {
        let house = House()
        let exchange = house.send("GET", "/v1/audit?limit=1&cursor=aud_0000000000002")
        guard
            case .billing(.audit(tenant: nil, before: let before, limit: 1)) =
                house.queries[0].query
        else { throw Unexpected() }
        #expect(before == AuditID(rawValue: 2))
        house.answerQuery(
            .billing(.audit([AuditView(row: Self.row, tenant: "acme")], next: Self.row.id)))
        #expect(
            house.response(exchange)?.text
                == #"{"items":[{"id":"aud_0000000000001","at":"2026-11-16T12:00:00.000Z","#
                + #""tenant":"acme","actor":"provider","action":"customer.subscription.updated","#
                + #""outcome":"applied","#
                + #""before":{"plan":"free","plan_version":1,"status":"active"},"#
                + #""after":{"plan":"pro","plan_version":2,"status":"past_due"},"#
                + #""event":"evt_1"}],"next_cursor":"aud_0000000000001"}"#)
    }

    @Test func `of one tenant is its owner's too`() throws {
        let house = House()
        let exchange = house.send("GET", "/v1/tenants/acme/audit", .owner)
        guard case .billing(.audit(tenant: "acme", before: nil, limit: _)) = house.queries[0].query
        else { throw Unexpected() }
        house.answerQuery(.billing(.audit([], next: nil)))
        #expect(house.response(exchange)?.text == #"{"items":[],"next_cursor":null}"#)
    }
}

@Suite struct `Where a tenant stands with whoever is paid` {
    private static let entitled: Entitled = {
        var entitled = Entitled(status: .pastDue)
        entitled.plan = PlanVersion(id: "pro", version: 1)
        entitled.subscription = "sub_1"
        entitled.graceUntil = House.noon
        entitled.cancelsAt = House.noon.adding(1_000)
        entitled.trialEnd = House.noon.adding(2_000)
        entitled.floorUntil = House.noon.adding(3_000)
        return entitled
    }()
    private static let times = #"""
        "subscription":"sub_1","grace_until":"2026-11-16T12:00:00.000Z",\#
        "cancel_at":"2026-11-16T12:00:01.000Z","trial_end":"2026-11-16T12:00:02.000Z",\#
        "floor_until":"2026-11-16T12:00:03.000Z"
        """#

    @Test func `is in the tenant`() throws {
        let tenant = Samples.tenant { $0.entitled = Self.entitled }
        let house = House()
        let exchange = house.send("GET", "/v1/tenants/acme")
        house.reply(.tenant(tenant))
        house.answerQuery(.billing(.subscriptions([try row("sub_9"), try row("sub_1")])))
        let response = house.response(exchange)
        let times = Self.times.replacing(
            #""subscription":"sub_1","#,
            with: #""subscription":"sub_1","subscription_status":"active","#)
        #expect(
            response?["entitlement"]
                == #"{"plan":"pro","plan_version":1,"status":"past_due",\#(times)}"#)
        #expect(response?["plan_decided_by"] == "subscription")
        #expect(response?["status_decided_by"] == "subscription")
        #expect(response?["blockers"] == "[]")
    }

    @Test func `is not lifted by resume, which says what is`() throws {
        var entitled = Entitled(status: .suspended)
        entitled.subscription = "sub_1"
        let house = House()
        let exchange = house.send("POST", "/v1/tenants/acme/resume")
        house.reply(.tenant(Samples.tenant { $0.entitled = entitled }))
        house.answerQuery(.billing(.subscriptions([])))
        let response = house.response(exchange)
        #expect(response?["status"] == "suspended" && response?["manual"] == "none")
        #expect(response?["plan_decided_by"] == "operator")
        #expect(response?["status_decided_by"] == "subscription")
        let blockers = try #require(response?["blockers"])
        #expect(blockers.contains(#""code":"tenant_suspended""#))
        #expect(blockers.contains("Pay what it owes") && blockers.contains("does not lift this"))
        #expect(
            blockers.contains(
                #""cause":{"code":"subscription","status":null,"subscription":"sub_1"}"#))
    }

    private func row(_ id: String) throws -> SubscriptionRow {
        let text = WebhookBench.event(WebhookBench.subscription())
            .replacing("\"sub_1\"", with: "\"\(id)\"")
        guard
            case .subscription(let fact) = try StripeEvent.read(Array(text.utf8), mode: .test)
                .meaning
        else { throw Unexpected() }
        return SubscriptionRow(
            isLive: false, tenant: 1, customer: nil,
            subscription: Subscription(first: fact, receivedAt: House.noon))
    }

    @Test(arguments: [false, true])
    func `is told to its owner, with whether the provider is to be asked`(isDirty: Bool) throws {
        let house = House()
        let exchange = house.send("GET", "/v1/billing/status", .owner)
        var facts = Samples.facts()
        facts.entitled = Self.entitled
        guard case .tenantSummary("acme") = house.queries[0].query else { throw Unexpected() }
        house.answerQuery(
            .tenantSummary(
                TenantSummary(
                    id: "acme", name: nil, email: nil, facts: facts,
                    effectivePlan: facts.basePlan, createdAt: House.noon)))
        guard case .billing(.subscriptions(tenant: "acme")) = house.queries[0].query else {
            throw Unexpected()
        }
        let body = Array(WebhookBench.event(WebhookBench.subscription()).utf8)
        guard case .subscription(let fact) = try StripeEvent.read(body, mode: .test).meaning else {
            throw Unexpected()
        }
        var subscription = Subscription(first: fact, receivedAt: House.noon)
        if isDirty { subscription.doubt(at: House.noon.adding(1)) }
        let row = SubscriptionRow(
            isLive: false, tenant: 1, customer: nil, subscription: subscription)
        house.answerQuery(.billing(.subscriptions([row])))
        #expect(
            house.response(exchange)?.text
                == #"{"tenant":"acme","plan":"free","plan_version":1,"status":"past_due","#
                + Self.times + #","payg":false,"needs_reconcile":\#(isDirty)}"#)
    }

    @Test func `is told to an admin who names the tenant`() throws {
        let house = House()
        #expect(house.call("GET", "/v1/billing/status")?.status == 422)
        house.send("GET", "/v1/billing/status", headers: ["Weir-Tenant": "bolt"])
        guard case .tenantSummary("bolt") = house.queries[0].query else { throw Unexpected() }
        #expect(house.commands.isEmpty)
    }
}
