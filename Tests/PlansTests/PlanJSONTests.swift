import Core
import JSON
import Plans
import Testing

@Suite struct `Plans in answers` {
    private func answer(_ id: String, for audience: PlanJSON.Audience) throws -> String {
        let drafts = try Sample.read(
            Checkout.text("fixtures/plans.json"), ["WEIR_PRICE_PRO_MONTH": "price_123"])
        let draft = try #require(drafts.first { $0.id == id })
        var writer = JSONWriter()
        PlanJSON.write(
            &writer, plan: Plan(id: id, version: 3, terms: draft.terms), for: audience)
        _ = try JSONDocument(validating: writer.bytes)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `anybody sees what a plan costs and allows`() throws {
        let limits =
            "{\"compute_seconds\":{\"cap\":\"hard\",\"limit\":3600,\"overage_price\":\"0.0001\","
            + "\"thresholds\":[80,95,100,120],\"type\":\"counter\"},\"jobs\":{\"cap\":\"hard\","
            + "\"limit\":100,\"overage_price\":\"0.05\",\"thresholds\":[80,95,100,120],"
            + "\"type\":\"counter\"},\"llm_tokens\":{\"cap\":\"soft\",\"limit\":200000,"
            + "\"overage_price\":\"0.000002\",\"thresholds\":[80,95,100,120],"
            + "\"type\":\"counter\"},\"storage_bytes\":{\"cap\":\"soft\",\"limit\":50000000,"
            + "\"overage_price\":null,\"thresholds\":[80,95,100,120],\"type\":\"gauge\"}}"
        let expected =
            "{\"id\":\"pro\",\"version\":3,\"name\":\"Pro\",\"rank\":1,\"prices\":{\"month\":"
            + "{\"amount\":\"49\",\"currency\":\"usd\"},\"year\":{\"amount\":\"490\","
            + "\"currency\":\"usd\"}},\"limits\":\(limits),\"costs\":{\"ping\":0,"
            + "\"video.render\":5},\"features\":[\"video\"],\"kinds\":{\"video.cut\":{\"feature\":"
            + "\"video\"},\"video.render\":{\"feature\":\"video\"}},\"max_running\":10,"
            + "\"weight\":2,\"rate\":{\"burst\":20,\"per\":\"1m\",\"starts\":100},"
            + "\"max_held\":1000,\"max_waiting\":1000000,\"max_payload\":262144,"
            + "\"retention_days\":30,\"period\":\"anchored\"}"
        #expect(try answer("pro", for: .everyone) == expected)
    }

    @Test func `what is not limited is null`() throws {
        let text = try answer("enterprise", for: .everyone)
        for part in [
            "\"limit\":null", "\"max_running\":null", "\"rate\":null", "\"max_held\":null",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func `only an admin sees what the provider calls a price`() throws {
        let open = try answer("pro", for: .everyone)
        for word in ["price_env", "WEIR_PRICE", "provider_price", "price_123", "lookup_key"] {
            #expect(!open.contains(word), "\(word)")
        }
        let month =
            "{\"amount\":\"49\",\"currency\":\"usd\",\"lookup_key\":\"pro_month\","
            + "\"price_env\":\"WEIR_PRICE_PRO_MONTH\",\"provider_price\":\"price_123\"}"
        let year =
            "{\"amount\":\"490\",\"currency\":\"usd\",\"lookup_key\":\"pro_year\","
            + "\"price_env\":\"WEIR_PRICE_PRO_YEAR\",\"provider_price\":null}"
        let text = try answer("pro", for: .admin)
        #expect(text.contains("\"prices\":{\"month\":\(month),\"year\":\(year)}"))
    }
}
