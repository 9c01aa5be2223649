import Core
import Testing

@Suite struct `Ids and tokens as text` {
    @Test(
        arguments: [
            (0, "0000000000000"), (1, "0000000000001"), (31, "000000000000z"),
            (32, "0000000000010"),
            (UInt64(Int64.max), "7zzzzzzzzzzzz"), (1 << 63, "8000000000000"),
            (UInt64.max, "fzzzzzzzzzzzz"),
        ] as [(UInt64, String)])
    func `thirteen digits are a number of 64 bits`(value: UInt64, text: String) {
        #expect(Base32.text(value) == text)
        #expect(Base32.value(Array(text.utf8)[...]) == value)
    }

    @Test(arguments: [
        "", "000000000000", "00000000000000", "g000000000000", "zzzzzzzzzzzzz", "000000000000i",
        "000000000000l", "000000000000o", "000000000000u", "000000000000A", "000000000000-",
        "000000000000 ", "+000000000001", "00000000000é",
    ])
    func `other digits, other lengths and a 65th bit are refused`(text: String) {
        #expect(Base32.value(Array(text.utf8)[...]) == nil)
    }

    @Test func `a slice is read where it stands`() {
        let bytes = Array("job_0000000000010!".utf8)
        #expect(Base32.value(bytes[4..<17]) == 32)
    }

    @Test func `text sorts as the numbers do`() {
        var random = Random(seed: 3)
        for _ in 0..<2_000 {
            let (left, right) = (random.next() >> (random.next() % 60), random.next())
            #expect((left < right) == (Base32.text(left) < Base32.text(right)))
            #expect(Base32.value(Array(Base32.text(left).utf8)[...]) == left)
        }
    }

    @Test func `ids carry their prefix and come back from their text`() {
        #expect(JobID(rawValue: 1).description == "job_0000000000001")
        #expect(AttemptID(rawValue: 1).description == "att_0000000000001")
        #expect(KeyID(rawValue: 1).description == "key_0000000000001")
        #expect(LedgerID(rawValue: 1).description == "led_0000000000001")
        var random = Random(seed: 4)
        for _ in 0..<1_000 {
            let id = JobID(rawValue: Int64.random(in: 0...Int64.max, using: &random))
            #expect(JobID(text: id.description) == id)
        }
        #expect(JobID(rawValue: 1) < JobID(rawValue: 2))
    }

    @Test(arguments: [
        "", "job", "job_", "0000000000001", "_0000000000001", "job_000000000000",
        "job_00000000000001", "key_0000000000001", "JOB_0000000000001", "job-0000000000001",
        "job_000000000000L", " job_0000000000001", "job_0000000000001 ", "job_8000000000000",
        "job_fzzzzzzzzzzzz", "jöb_000000000001", "job__000000000001",
    ])
    func `text that is no id of this type is refused`(text: String) {
        #expect(JobID(text: text) == nil)
    }

    @Test func `a token names its attempt and its secret`() {
        let token = LeaseToken(attempt: AttemptID(rawValue: 33), secret: UInt64.max)
        #expect(token.description == "lease_0000000000011fzzzzzzzzzzzz")
        #expect(LeaseToken(text: token.description) == token)
        var random = Random(seed: 5)
        for _ in 0..<1_000 {
            let attempt = AttemptID(rawValue: Int64.random(in: 0...Int64.max, using: &random))
            let token = LeaseToken(attempt: attempt, secret: random.next())
            #expect(LeaseToken(text: token.description) == token)
        }
    }

    @Test(arguments: [
        "", "lease_", "0000000000011fzzzzzzzzzzzz", "lease_0000000000011",
        "lease_0000000000011fzzzzzzzzzzz", "lease_0000000000011fzzzzzzzzzzzzz",
        "lease-0000000000011fzzzzzzzzzzzz", "LEASE_0000000000011fzzzzzzzzzzzz",
        "lease_8000000000000fzzzzzzzzzzzz", "lease_0000000000011gzzzzzzzzzzzz",
        "lease_0000000000011Fzzzzzzzzzzzz", "lease_0000000000011 zzzzzzzzzzzz",
        "lease_00000000000lééééééééééééé",
    ])
    func `text that has not the form of a token is refused`(text: String) {
        #expect(LeaseToken(text: text) == nil)
    }

    @Test(
        arguments: [("", 197), ("acme", 102), ("free-co", 134), ("enterprise-co", 83)]
            as [(String, Int64)])
    func `a tenant's shard never changes`(tenant: String, shard: Int64) {
        #expect(Shard.of(tenant: tenant) == shard)
    }
}
