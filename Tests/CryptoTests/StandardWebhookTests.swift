import Crypto
import Testing

@Suite struct `Standard Webhooks` {
    @Test func `a call is signed as the reference library signs it`() throws {
        let secret = try #require(StandardWebhook.secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let body = """
            {"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z",\
            "data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}
            """
        let id = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"
        let one = "v1,ARw42xaAApl/nxRo+iPGYwSaMQaOwMo2eyH5JBRA+bQ="
        func signed(_ secrets: [[UInt8]]) -> String {
            StandardWebhook.signatures(
                id: id, seconds: 1_674_087_231, body: Array(body.utf8), secrets: secrets)
        }
        #expect(signed([secret]) == one)
        #expect(signed([secret, secret]) == one + " " + one)
        #expect(!signed([[1] + secret]).contains(one))
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("\u{00FB}\u{00EF}\u{00FF}", "w7vDr8O/"),
    ])
    func `base64 agrees with RFC 4648, both ways`(plain: String, text: String) {
        #expect(Base64.text(Array(plain.utf8)) == text)
        #expect(Base64.bytes(text) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zh==", "Zm9=", "=m9v", "Z=9v", "Zg==Zg==", "Zm9v\n", "Zm-v", "Zm 9",
        "====", "Z===",
    ])
    func `no text but the one that stands for bytes is read`(text: String) {
        #expect(Base64.bytes(text) == nil)
    }

    @Test func `a secret is shown and read again`() {
        for count in [24, 32, 64] {
            let secret = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
            let text = StandardWebhook.text(ofSecret: secret)
            #expect(text.hasPrefix("whsec_"))
            #expect(StandardWebhook.secret(text) == secret)
        }
        #expect(StandardWebhook.secret("sk_Zm9v") == nil)
    }
}
