import Billing
import Core
import EventLoop
import HTTPClient
import JSON

/// `weir webhooks …` and `weir audit`: what came of the payment provider's events.
enum WebhookCommands {
    static let all = [send, events, show, replay, health, audit]

    // MARK: Sending

    private static let send = Command(
        name: "webhooks send", arguments: "FILE",
        summary: "Sign the body of an event as the provider does, and send it.", argumentsMin: 1,
        argumentsMax: 1,
        options: [
            Option("url", "URL", environment: "WEIR_URL", "the server; http://127.0.0.1:8787"),
            Option(
                "secret", "SECRET", environment: "STRIPE_WEBHOOK_SECRET",
                "the endpoint's secret; several, with commas between, sign once each"),
            Option(
                "key", "KEY", environment: "WEIR_KEY",
                "an admin key, to be told what became of the event"),
            Option("times", "N", "how often; once"),
            Option("at", "TIME", "sign as of this time, such as 2026-12-31T00:00:00Z; now"),
            Option(
                flag: "fresh",
                "move all times in the body, as if it were created when it is signed"),
            Option(flag: "json", "print the server's answers as they are"),
        ],
        run: { arguments in
            guard let text = arguments.value("secret") else {
                throw Arguments.UsageError(
                    message: "a secret is needed: --secret whsec_…, or STRIPE_WEBHOOK_SECRET")
            }
            let secrets: WebhookSecrets
            do throws(WebhookSecretsError) {
                secrets = try WebhookSecrets.list(text)
            } catch {
                throw Arguments.UsageError(
                    message: "\(arguments.source("secret")) is refused: \(error)")
            }
            let url = try arguments.value("url").map { text throws(Arguments.UsageError) in
                try ServerURL.read(text, from: arguments.source("url"))
            }
            let times = try arguments.integer("times", in: 1...10_000) ?? 1
            let time = try time(arguments)
            let body = try body(arguments, at: time)
            let client = BlockingClient(baseURL: url ?? "http://127.0.0.1:8787", key: nil)
            let admin = arguments.value("key") == nil ? nil : try Remote(arguments)
            for _ in 0..<times {
                let header = WebhookSigner.header(
                    body: body,
                    secrets: secrets.secrets.map { String(decoding: $0.bytes, as: UTF8.self) },
                    at: time ?? Timestamp(milliseconds: Loop.wallMilliseconds))
                let response = try client.send(
                    "POST", "/v1/webhooks/stripe", body: body,
                    headers: [(name: "Stripe-Signature", value: header)])
                guard response.status == 200 else { throw APIError(response) }
                show(
                    response.body, fate: admin.map { fate(of: body, $0) },
                    isJSON: arguments.has("json"))
            }
            return .ok
        })

    /// What became of an event.
    private enum Fate {
        /// As the server keeps it.
        case kept(JSONDocument)
        case unknown(reason: String)
    }

    /// What became of the event with this body, as far as the key may ask.
    private static func fate(of body: [UInt8], _ admin: Remote) -> Fate {
        guard let event = try? JSONDocument(validating: body), let id = event.string("id") else {
            return .unknown(reason: "the body names no id")
        }
        do {
            return .kept(try admin.send("GET", "/v1/webhook-events/\(URLText.escape(id))"))
        } catch let error as APIError {
            return .unknown(reason: error.detail)
        } catch {
            return .unknown(reason: "\(error)")
        }
    }

    private static func time(_ arguments: Arguments) throws(Arguments.UsageError) -> Timestamp? {
        guard let text = arguments.value("at") else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw Arguments.UsageError(
                message: "--at takes a time such as 2026-12-31T00:00:00Z, not '\(text)'")
        }
        return time
    }

    /// The body that is sent: the file's, or with `--fresh` as if it were of this time, or of now.
    private static func body(
        _ arguments: Arguments, at time: Timestamp?
    ) throws(Arguments.UsageError) -> [UInt8] {
        let path = arguments.positionals[0]
        let bytes = try read(path)
        guard arguments.has("fresh") else { return bytes }
        let now = time ?? Timestamp(milliseconds: Loop.wallMilliseconds)
        guard let body = FreshEvent.body(bytes, at: now) else {
            throw Arguments.UsageError(
                message: "--fresh needs an event with the time 'created'; the file \(path) is none")
        }
        return body
    }

    private static func read(_ path: String) throws(Arguments.UsageError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(PlainFile.Fault) {
            bytes = try PlainFile.read(path, bytesMax: Limits.bodyBytesMax)
        } catch {
            throw Arguments.UsageError(message: "the file \(path) cannot be read: \(error)")
        }
        guard bytes.count <= Limits.bodyBytesMax else {
            throw Arguments.UsageError(
                message: "the file \(path) has more than the \(Limits.bodyBytesMax) bytes that an"
                    + " event may have")
        }
        return bytes
    }

    private static func show(_ body: [UInt8], fate: Fate?, isJSON: Bool) {
        let text = String(decoding: body, as: UTF8.self)
        guard !isJSON, let document = try? JSONDocument(validating: body) else {
            Terminal.line(text)
            if case .kept(let event) = fate {
                Terminal.line(String(decoding: event.bytes, as: UTF8.self))
            }
            return
        }
        let isKnown = document.shown(document.root, "duplicate") == "true"
        var line = isKnown ? "received before" : "received"
        switch fate {
        case .kept(let event):
            line += ": \(event.shown(event.root, "state"))"
            if let tenant = event.string("tenant") { line += ", tenant \(tenant)" }
            if let reason = event.string("reason") { line += ", \(reason)" }
        case .unknown(let reason): line += " (what became of it cannot be asked: \(reason))"
        case nil: break
        }
        Terminal.line(line)
    }

    // MARK: Looking

    private static let events = Command(
        name: "webhooks events", arguments: "",
        summary: "List the provider's events, the latest first.", argumentsMin: 0,
        argumentsMax: 0,
        options: Remote.options + [
            Option("state", "STATE", "only those: applied, stale, ignored, orphan or failed")
        ] + Remote.pageOptions,
        run: { arguments in
            let remote = try Remote(arguments)
            let query = URLText.query(
                arguments, [("state", "state"), ("limit", "limit"), ("cursor", "cursor")])
            remote.showItems(
                try remote.send("GET", "/v1/webhook-events" + query),
                [
                    ("id", "id"), ("type", "type"), ("received", "received_at"),
                    ("state", "state"), ("tenant", "tenant"), ("reason", "reason"),
                ])
            return .ok
        })

    private static let show = Command(
        name: "webhooks show", arguments: "ID",
        summary: "Show an event; with --json its body too.", argumentsMin: 1, argumentsMax: 1,
        options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            let id = URLText.escape(arguments.positionals[0])
            remote.showObject(
                try remote.send("GET", "/v1/webhook-events/\(id)"),
                [
                    "id", "type", "created", "received_at", "state", "reason", "tries", "retry_at",
                    "tenant", "customer", "subscription",
                ])
            return .ok
        })

    private static let replay = Command(
        name: "webhooks replay", arguments: "ID",
        summary: "Apply an event again that failed, or that belonged to nobody.",
        argumentsMin: 1, argumentsMax: 1, options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            let id = URLText.escape(arguments.positionals[0])
            remote.showObject(
                try remote.send("POST", "/v1/webhook-events/\(id)/replay"),
                ["id", "type", "state", "reason", "tries", "tenant"])
            return .ok
        })

    private static let health = Command(
        name: "webhooks health", arguments: "",
        summary: "Say how the receiver of events has fared since the server began.",
        argumentsMin: 0, argumentsMax: 0, options: Remote.options,
        run: { arguments in
            let remote = try Remote(arguments)
            remote.showObject(
                try remote.send("GET", "/v1/webhook-events/health"),
                [
                    "configured", "mode", "last_success_at", "lag", "last_failure_at",
                    "failures_in_row", "secrets", "questions",
                ])
            return .ok
        })

    private static let audit = Command(
        name: "audit", arguments: "[TENANT]",
        summary: "List who changed plans and statuses, and the events that came.",
        argumentsMin: 0, argumentsMax: 1, options: Remote.options + Remote.pageOptions,
        run: { arguments in
            let remote = try Remote(arguments)
            let query = URLText.page(arguments)
            let path =
                arguments.positionals.first.map { "/v1/tenants/\(URLText.escape($0))/audit" }
                ?? "/v1/audit"
            remote.showItems(
                try remote.send("GET", path + query),
                [
                    ("at", "at"), ("tenant", "tenant"), ("actor", "actor"), ("action", "action"),
                    ("outcome", "outcome"), ("event", "event"), ("before", "before"),
                    ("after", "after"),
                ])
            return .ok
        })
}
