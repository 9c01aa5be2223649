import Core
import Testing

@Suite struct `Names from outside` {
    @Test(arguments: [
        "a", "0", "acme", "free-co", "a_b", "a-", "a_", "0-0", String(repeating: "a", count: 63),
    ])
    func `a tenant is lower-case letters, digits, dashes and underscores`(name: String) {
        #expect(Names.isTenant(name))
    }

    @Test(arguments: [
        "", "-a", "_a", "A", "aB", "a.b", "a b", " a", "a\n", "a/b", "a\0", "é", "aé", "ａ",
        String(repeating: "a", count: 64),
    ])
    func `other text is no tenant`(name: String) {
        #expect(!Names.isTenant(name))
    }

    @Test(arguments: [
        "a", "Z", "9", "email.send", "a-b_c.d", "v1.2.3", "a.", "A-",
        String(repeating: "k", count: 100),
    ])
    func `a kind or queue is letters, digits, dots, dashes and underscores`(name: String) {
        #expect(Names.isKindOrQueue(name))
    }

    @Test(arguments: [
        "", ".", "..", ".a", "-a", "_a", "a..b", "a..", "a/b", "a\\b", "a b", "a\t", "a\0b", "é",
        "a:b", "a*", "../a", String(repeating: "k", count: 101),
    ])
    func `what could leave a folder or hide in it is no kind`(name: String) {
        #expect(!Names.isKindOrQueue(name))
    }

    @Test(arguments: ["a", "jobs", "llm_tokens", "a9_", String(repeating: "m", count: 63)])
    func `a metric is small letters, digits and underscores`(name: String) {
        #expect(Names.isMetric(name))
    }

    @Test(arguments: [
        "", "9a", "_a", "A", "aB", "a-b", "a.b", "a b", "é", String(repeating: "m", count: 64),
    ])
    func `other text is no metric`(name: String) {
        #expect(!Names.isMetric(name))
    }

    @Test(arguments: ["A", "_", "WEIR_PRICE_PRO_2", "a1", String(repeating: "V", count: 100)])
    func `a variable is letters, digits and underscores`(name: String) {
        #expect(Names.isVariable(name))
    }

    @Test(arguments: [
        "", "1A", "A-B", "A B", "A=B", "$A", "A\0", "é", "\u{212A}",
        String(repeating: "V", count: 101),
    ])
    func `other text is no variable`(name: String) {
        #expect(!Names.isVariable(name))
    }
}
