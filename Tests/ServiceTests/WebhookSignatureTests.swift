import API
import Billing
import Core
import HTTP
import Service
import Store
import Testing

@Suite struct `A webhook whose signature is not right` {
    private static let body = Array(WebhookBench.event(WebhookBench.subscription()).utf8)

    /// A header that is wrong, and why.
    struct Wrong: Sendable, CustomTestStringConvertible {
        let cause: String
        let header: String?
        var testDescription: String { cause + " " + (header ?? "").prefix(40) }
    }

    private static let right = WebhookBench.header(body)
    private static let stamp = "t=\(WebhookBench.created)"
    private static let code = String(right.dropFirst(stamp.count + ",v1=".count))

    static let all: [Wrong] = [
        Wrong(cause: "no_header", header: nil),
        Wrong(cause: "no_header", header: ""),
        Wrong(cause: "no_timestamp", header: "v1=\(code)"),
        Wrong(cause: "several_timestamps", header: "\(stamp),\(right)"),
        Wrong(cause: "no_signature", header: "\(stamp),v1=\(code.uppercased())"),
        Wrong(cause: "no_signature", header: "\(stamp), v1=\(code)"),
        Wrong(cause: "no_signature", header: "\(stamp),v1= \(code)"),
        Wrong(cause: "no_signature", header: "\(stamp),v0=\(code)"),
        Wrong(cause: "bad_timestamp", header: "t=+\(WebhookBench.created),v1=\(code)"),
        Wrong(cause: "bad_timestamp", header: "t=-\(WebhookBench.created),v1=\(code)"),
        Wrong(cause: "bad_timestamp", header: "t=\(WebhookBench.created)000,v1=\(code)"),
        Wrong(cause: "too_new", header: WebhookBench.header(body, milliseconds: 301_000)),
        Wrong(cause: "too_old", header: WebhookBench.header(body, milliseconds: -301_000)),
        Wrong(
            cause: "too_many_signatures",
            header: right + String(repeating: ",v1=\(code)", count: 16)),
        Wrong(cause: "header_too_long", header: right + "," + String(repeating: "x", count: 5_120)),
        Wrong(cause: "mismatch", header: WebhookBench.header(body, "whsec_of_another")),
        Wrong(cause: "mismatch", header: WebhookBench.header(body + [10])),
    ]

    @Test(arguments: all)
    func `is answered with the same words whatever is wrong, and only the log says what`(
        wrong: Wrong
    ) {
        let house = WebhookBench.house()
        let response = house.response(house.deliver(Self.body, header: wrong.header))
        let other = house.response(house.deliver([0xFF], header: "t=1"))
        #expect(response?.status == 400 && response?["code"] == "invalid_signature")
        #expect(response?.text == other?.text && response?.text.isEmpty == false)
        #expect(house.news.first == .refused(cause: wrong.cause))
        #expect(house.commands.isEmpty)
    }

    @Test func `twice in the head is refused, though one is right`() {
        let house = WebhookBench.house()
        let exchange = house.deliver(
            Self.body, header: Self.right, headers: [(name: "stripe-signature", value: "t=1,v1=a")])
        #expect(house.response(exchange)?["code"] == "invalid_signature")
        #expect(house.news == [.refused(cause: "several_timestamps")])
    }

    @Test
    func `raises an alarm at the twentieth in a row, and tells each cause once a minute then`() {
        let house = WebhookBench.house()
        for _ in 0..<1_000 { _ = house.deliver(Self.body, header: "t=1") }
        #expect(house.news.prefix(19).allSatisfy { $0 == .refused(cause: "no_signature") })
        #expect(
            house.news.dropFirst(19) == [
                .failing(inRow: 20, cause: "no_signature"),
                .failing(inRow: 1_000, cause: "no_signature"),
            ])
        _ = house.deliver(Self.body, header: nil)
        #expect(house.news.last == .refused(cause: "no_header"), "another cause is told of")
        let told = house.news.count
        _ = house.deliver(Self.body, header: nil)
        #expect(house.news.count == told)
        house.now = house.now.advanced(by: 60_000)
        _ = house.deliver(Self.body, header: nil)
        #expect(house.news.count == told + 1, "once a minute")
        house.now = house.now.advanced(by: -60_000)
        _ = house.deliver(Self.body, header: Self.right)
        #expect(house.news.last == .working(after: 1_003))
        for _ in 0..<19 { _ = house.deliver(Self.body, header: nil) }
        #expect(house.news.last == .refused(cause: "no_header"))
        _ = house.deliver(Self.body, header: nil)
        #expect(house.news.last == .failing(inRow: 20, cause: "no_header"))
    }

    @Test(
        arguments: [
            ("", 400, 1), ("Stripe-Signature: t=1,v1=00\r\n", nil, 0),
            ("Content-Encoding: gzip\r\nStripe-Signature: t=1,v1=00\r\n", 415, 0),
            ("Content-Encoding: gzip\r\n", 415, 0),
        ] as [(String, Int?, Int)])
    func `is counted though its long body is not read`(
        fields: String, status: Int?, failures: Int
    ) throws {
        let house = WebhookBench.house()
        let bytes = Array(
            ("POST /v1/webhooks/stripe HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\(fields)\r\n")
                .utf8)
        var parser = RequestParser(limits: HTTPLimits(bodyBytesMax: { _ in 10_000 }))
        guard case .bodyBegins(let head) = parser.consume(bytes.span).event else {
            throw Unexpected()
        }
        let refusal = house.service.refusal(of: head, at: house.now)
        #expect(refusal?.status == status)
        house.collect()
        #expect(house.service.webhooks.failuresInRow == failures)
        #expect(house.news == Array(repeating: .refused(cause: "no_header"), count: failures))
        let unready = WebhookBench.house(nil)
        let unable = unready.service.refusal(of: head, at: house.now)
        #expect(unable?.status == 503)
        #expect(unready.service.webhooks.failuresInRow == 0)
    }
}

@Suite struct `A webhook whose signature is right` {
    private static let body = Array(WebhookBench.event(WebhookBench.subscription()).utf8)

    @Test(arguments: [-300_000, 0, 300_000])
    func `is taken within the tolerance to both sides`(milliseconds: Int64) {
        let house = WebhookBench.house()
        let header = WebhookBench.header(Self.body, milliseconds: milliseconds)
        _ = house.deliver(Self.body, header: header)
        #expect(house.taken?.id == "evt_1")
        #expect(house.taken?.body == Self.body)
    }

    @Test func `is taken if any of several signatures is of any secret`() {
        let house = WebhookBench.house(WebhookBench.receiver("whsec_new", "whsec_old"))
        let header = WebhookBench.header(Self.body, "whsec_unknown", "whsec_old")
        _ = house.deliver(Self.body, header: header)
        #expect(house.taken != nil)
        #expect(house.service.webhooks.uses == [0, 1])
    }

    @Test func `needs a secret that counts, and a change of secrets takes effect at once`() {
        let house = WebhookBench.house(WebhookBench.receiver("whsec_new", "whsec_old"))
        let old = WebhookBench.header(Self.body, "whsec_old")
        let new = WebhookBench.header(Self.body, "whsec_new")
        _ = house.deliver(Self.body, header: new)
        house.service.webhooks.replace(with: WebhookBench.receiver("whsec_newer", "whsec_new"))
        #expect(house.response(house.deliver(Self.body, header: old))?.status == 400)
        #expect(house.response(house.deliver(Self.body, header: new)) == nil)
        #expect(house.commands.count == 2)
        #expect(house.service.webhooks.uses == [0, 2])
    }

    @Test func `asks for no key, and heeds neither a key nor an Idempotency-Key`() {
        let house = WebhookBench.house()
        let exchange = house.deliver(
            Self.body, header: WebhookBench.header(Self.body),
            headers: [
                (name: "Authorization", value: "Bearer nobody"),
                (name: "Idempotency-Key", value: "k"),
                (name: "Content-Type", value: "text/plain"),
            ])
        #expect(house.commands.count == 1 && house.commands[0].idempotency == nil)
        house.reply(.billing(.taken(.applied, isDuplicate: false)))
        #expect(house.response(exchange)?.status == 200)
        #expect(house.response(exchange)?.text == #"{"received":true,"duplicate":false}"#)
    }

    @Test func `is 200 again for a duplicate, and says so`() {
        let house = WebhookBench.house()
        let exchange = house.deliver(Self.body, header: WebhookBench.header(Self.body))
        house.reply(.billing(.taken(.applied, isDuplicate: true)))
        #expect(house.response(exchange)?.text == #"{"received":true,"duplicate":true}"#)
    }

    @Test func `is 503 with Retry-After where the store cannot keep it`() {
        let house = WebhookBench.house()
        let exchange = house.deliver(Self.body, header: WebhookBench.header(Self.body))
        house.fail([house.commands[0].id])
        #expect(house.response(exchange)?.status == 503)
        #expect(house.response(exchange)?["code"] == "storage_unavailable")
        #expect(house.response(exchange)?.header("Retry-After") != nil)
        #expect(house.service.webhooks.lastSuccess == nil)
    }
}
