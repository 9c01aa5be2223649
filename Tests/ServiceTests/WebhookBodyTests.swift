import API
import Billing
import Core
import HTTP
import Service
import Store
import Testing

@Suite struct `The webhook` {
    @Test func `is 503 without a secret, whatever is sent`() {
        let house = WebhookBench.house(nil)
        let response = house.response(house.deliver([1], header: nil))
        #expect(response?.status == 503 && response?["code"] == "webhook_not_configured")
        #expect(response?.header("Retry-After") != nil)
        #expect(house.news.isEmpty)
    }

    @Test func `takes no other method than POST`() {
        let house = WebhookBench.house()
        let response = house.response(house.deliver([], header: nil, method: "PUT"))
        #expect(response?.status == 405 && response?.header("Allow") == "POST")
    }

    @Test func `takes no packed body, signed or not`() {
        let house = WebhookBench.house()
        let body = Array(WebhookBench.event(WebhookBench.subscription()).utf8)
        for header in [nil, WebhookBench.header(body)] {
            let exchange = house.deliver(
                body, header: header, headers: [(name: "Content-Encoding", value: "gzip")])
            #expect(house.response(exchange)?.status == 415)
        }
        let plain = house.deliver(
            body, header: WebhookBench.header(body),
            headers: [(name: "Content-Encoding", value: "identity")])
        #expect(house.response(plain) == nil && house.taken != nil)
    }

    @Test func `takes a body of a mebibyte, and none that is longer`() {
        let house = WebhookBench.house()
        let event = Array(WebhookBench.event(WebhookBench.subscription()).utf8)
        let whole = event + Array(repeating: 32, count: Limits.bodyBytesMax - event.count)
        _ = house.deliver(whole, header: WebhookBench.header(whole))
        #expect(house.commands.count == 1)
        let long = whole + [32]
        let response = house.response(house.deliver(long, header: WebhookBench.header(long)))
        #expect(response?.status == 413 && response?["code"] == "too_large")
        #expect(house.commands.count == 1)
    }

    @Test(arguments: [
        Array("{\"id\":\"evt_1\"".utf8), [0xFF, 0xFE], Array("[]".utf8), [],
        Array(#"{"id":"evt_1","object":"event","type":"a","data":{}}"#.utf8),
        Array(#"{"id":"evt_1","object":"event","type":"a","data":{"object":"x"}}"#.utf8),
        Array(#"{"id":7,"object":"event","type":"a","data":{"object":{}}}"#.utf8),
        Array(#"{"id":"evt_ü","object":"event","type":"a","data":{"object":{}}}"#.utf8),
    ])
    func `says 400 to a signed body that is no event, and keeps nothing`(body: [UInt8]) {
        let house = WebhookBench.house()
        let response = house.response(house.deliver(body, header: WebhookBench.header(body)))
        #expect(response?.status == 400 && response?["code"] == "malformed_request")
        #expect(house.commands.isEmpty && house.service.webhooks.failuresInRow == 0)
    }

    @Test func `keeps a live event in test mode as what it is, and answers 200`() {
        let house = WebhookBench.house()
        let response = house.deliver(
            WebhookBench.event(WebhookBench.subscription(), isLive: true), state: .ignored)
        #expect(response?.status == 200 && house.news.isEmpty)
        _ = house.deliver(
            Array(WebhookBench.event(WebhookBench.subscription(), isLive: true).utf8),
            header: WebhookBench.header(
                Array(WebhookBench.event(WebhookBench.subscription(), isLive: true).utf8)))
        #expect(house.taken?.meaning == .wrongMode(isLive: true))
    }

    @Test func `keeps a thin event, and answers 200`() {
        let thin = #"""
            {"id":"evt_thin","object":"v2.core.event","type":"v1.customer.updated",
            "created":"2026-11-16T11:59:58.500Z","livemode":false,"related_object":{"id":"cus_1"}}
            """#
        let house = WebhookBench.house()
        #expect(house.deliver(thin, state: .ignored)?.status == 200)
        #expect(house.service.webhooks.lagMilliseconds == 1_500)
    }

    @Test(arguments: [
        ("7", 1), (#"{"id":7}"#, 1), ("[]", 1), (#""cus_1""#, 0), (#""cus_1""#, 20),
        (#"{"id":"cus_1","object":"customer","deleted":true}"#, 1),
    ])
    func `keeps a signed event whatever its ids and items are`(customer: String, items: Int) {
        let house = WebhookBench.house()
        let text = WebhookBench.event(
            WebhookBench.subscription(customer: customer, items: items))
        let body = Array(text.utf8)
        let exchange = house.deliver(body, header: WebhookBench.header(body))
        #expect(house.taken?.id == "evt_1" && house.taken?.body == body)
        let isReadable = customer.contains("cus_1")
        if case .failed = house.taken?.meaning {
            #expect(!isReadable)
        } else {
            #expect(isReadable)
        }
        house.reply(.billing(.taken(.failed, isDuplicate: false)))
        #expect(house.response(exchange)?.status == 200)
    }

    @Test(arguments: [0, 4_102_444_800])
    func `takes events of 1970 and of 2100`(created: Int64) {
        let house = WebhookBench.house()
        let body = Array(
            WebhookBench.event(WebhookBench.subscription(), created: created).utf8)
        let exchange = house.deliver(body, header: WebhookBench.header(body))
        #expect(house.taken?.created == Timestamp(milliseconds: created * 1_000))
        house.reply(.billing(.taken(.applied, isDuplicate: false)))
        #expect(house.response(exchange)?.status == 200)
    }

    @Test func `tells of an event without effect though its peer has gone`() {
        let house = WebhookBench.house()
        let body = Array(WebhookBench.event(WebhookBench.subscription()).utf8)
        let exchange = house.deliver(body, header: WebhookBench.header(body))
        house.close(exchange)
        let alarm = OperatorAlarm.unapplied(
            event: "evt_1", type: "customer.subscription.updated", .orphan, reason: "whose?")
        house.commit(
            [(house.commands[0].id, .billing(.taken(.orphan, isDuplicate: false)), nil)],
            alarms: [alarm])
        #expect(house.news == [.alarm(alarm)])
    }
}
