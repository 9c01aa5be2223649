import Core
import Testing

@testable import Billing

@Suite struct `The signature of a webhook` {
    private static let now = Timestamp(milliseconds: 1_793_523_600_000)
    private static let body = Array(#"{"id":"evt_1"}"#.utf8)
    private static let secrets = WebhookSecrets([.init("whsec_new"), .init("whsec_old")])

    private func verdict(
        _ header: String?, body: [UInt8] = body, secrets: WebhookSecrets = secrets,
        at now: Timestamp = now
    ) -> WebhookSignature.Verdict {
        WebhookSignature.check(
            header: header, body: body, secrets: secrets, now: now,
            toleranceMilliseconds: 300_000)
    }

    private func header(_ secrets: String..., at time: Timestamp = now) -> String {
        WebhookSigner.header(body: Self.body, secrets: secrets, at: time)
    }

    private static let code = String(
        WebhookSigner.header(body: body, secrets: ["whsec_new"], at: now).dropFirst(16))

    @Test func `each secret counts, whichever signature is its`() {
        #expect(verdict(header("whsec_new")) == .signed(secret: 0, at: Self.now))
        #expect(verdict(header("whsec_old")) == .signed(secret: 1, at: Self.now))
        #expect(verdict(header("whsec_x", "whsec_old")) == .signed(secret: 1, at: Self.now))
        #expect(verdict(header("whsec_old", "whsec_new")) == .signed(secret: 0, at: Self.now))
        #expect(verdict(header("whsec_x")) == .refused(.mismatch))
    }

    @Test func `a signature of another body or time is none`() {
        let header = header("whsec_new")
        #expect(verdict(header, body: Self.body + [0x20]) == .refused(.mismatch))
        let moved = header.replacing("t=1793523600", with: "t=1793523601")
        #expect(verdict(moved) == .refused(.mismatch))
    }

    @Test(
        arguments: [
            (nil, .noHeader),
            ("", .noHeader),
            ("v1=" + code, .noTimestamp),
            ("t=1793523600", .noSignature),
            ("t=1793523600,v0=" + code, .noSignature),
            ("t=1793523600,v1=" + code.uppercased(), .noSignature),
            ("t=1793523600, v1=" + code, .noSignature),
            (" t=1793523600,v1=" + code, .noTimestamp),
            ("t=1793523600,v1= " + code, .noSignature),
            ("t=1793523600,v1=" + code + " ", .noSignature),
            ("t=1793523600;v1=" + code, .badTimestamp),
            ("t=1793523600,v1=" + code.dropLast(), .noSignature),
            ("t=1793523600,v1=" + code + "0", .noSignature),
            ("t=1793523600,t=1793523600,v1=" + code, .severalTimestamps),
            ("t=1793523600,t=x,v1=" + code, .severalTimestamps),
            ("t=,v1=" + code, .badTimestamp),
            ("t=+1793523600,v1=" + code, .badTimestamp),
            ("t=-1793523600,v1=" + code, .badTimestamp),
            ("t=1793523600.0,v1=" + code, .badTimestamp),
            ("t=0001793523600,v1=" + code, .badTimestamp),
            ("t=1793523600000,v1=" + code, .badTimestamp),
            ("t=1793523600" + String(repeating: ",v1=" + code, count: 17), .tooManySignatures(17)),
        ] as [(String?, WebhookSignature.Cause)])
    func `a header of another form is refused`(header: String?, cause: WebhookSignature.Cause) {
        #expect(verdict(header) == .refused(cause))
    }

    @Test func `sixteen signatures are looked at, and other schemes are passed`() {
        let others = String(repeating: ",v1=" + String(repeating: "0", count: 64), count: 15)
        let signed = WebhookSignature.Verdict.signed(secret: 0, at: Self.now)
        #expect(verdict("t=1793523600" + others + ",v1=" + Self.code) == signed)
        #expect(verdict("v1=" + Self.code + ",v2=x,,=,v0=1,nothing,t=1793523600") == signed)
        #expect(verdict("t=1793523600,v1=short,v1=" + Self.code) == signed)
    }

    @Test func `a long header is refused unread`() {
        let long = header("whsec_new") + ",x=" + String(repeating: "y", count: 5_000)
        #expect(verdict(long) == .refused(.headerTooLong(bytes: long.utf8.count)))
    }

    @Test(
        arguments: [
            (300_000, nil), (-300_000, nil), (301_000, .tooOld(milliseconds: 301_000)),
            (-301_000, .tooNew(milliseconds: 301_000)),
        ] as [(Int64, WebhookSignature.Cause?)])
    func `the time counts on both sides`(age: Int64, cause: WebhookSignature.Cause?) {
        let at = Self.now.adding(-age)
        let wanted = cause.map { WebhookSignature.Verdict.refused($0) }
        #expect(verdict(header("whsec_new", at: at)) == wanted ?? .signed(secret: 0, at: at))
    }

    @Test func `a time of twelve digits is far ahead and no overflow`() {
        let body = Array("x".utf8)
        let code = WebhookSigner.header(
            body: body, secrets: ["whsec_new"],
            at: Timestamp(milliseconds: 999_999_999_999_000))
        guard case .refused(.tooNew) = verdict(code, body: body) else {
            Issue.record("\(verdict(code, body: body))")
            return
        }
    }

    @Test func `a secret counts until its end`() {
        let secrets = WebhookSecrets([
            .init("whsec_new"), .init("whsec_old", until: Self.now),
        ])
        #expect(verdict(header("whsec_old"), secrets: secrets) == .refused(.mismatch))
        let before = Self.now.adding(-1)
        #expect(
            verdict(header("whsec_old"), secrets: secrets, at: before)
                == .signed(secret: 1, at: Self.now))
        let ended = WebhookSecrets([.init("whsec_old", until: Self.now)])
        #expect(verdict(header("whsec_old"), secrets: ended) == .refused(.noSecret))
    }

    @Test func `any bytes can be signed, none too`() {
        for body in [[], [0xFF, 0x00, 0xC3]] as [[UInt8]] {
            let header = WebhookSigner.header(body: body, secrets: ["whsec_new"], at: Self.now)
            #expect(verdict(header, body: body) == .signed(secret: 0, at: Self.now))
        }
    }
}
