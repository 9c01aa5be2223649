import Core
import Store
import Testing

@Suite struct `A change of a tenant's subscriptions` {
    private func told(_ bench: StoreBench) -> [String] {
        bench.takeCalls().map { String(decoding: $0.event.data, as: UTF8.self) }
    }

    @Test(arguments: StoreKind.all)
    func `is told to who wants it, with what comes next by itself`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.endpoint([.subscriptionChanged])
        let first = bench.now.wall
        try bench.subscribe("evt_1")
        #expect(
            told(bench) == [
                #"{"tenant":"acme","plan":"pro","plan_version":1,"status":"active","#
                    + #""subscription":"sub_1","price":"price_pro","grace_until":null,"#
                    + #""cancel_at":null,"trial_end":null,"floor_until":null}"#
            ])
        try bench.wait(milliseconds: 1_000)
        // The window is another, and nothing that anybody is told.
        try bench.subscribe("evt_2") { $0.items[0].periodEnd = first.adding(31 * bench.day) }
        #expect(told(bench) == [])
        try bench.wait(milliseconds: 1_000)
        let failed = bench.now.wall
        try bench.subscribe("evt_3", .pastDue)
        #expect(
            told(bench) == [
                #"{"tenant":"acme","plan":"pro","plan_version":1,"status":"past_due","#
                    + #""subscription":"sub_1","price":"price_pro","#
                    + #""grace_until":"\#(failed.adding(14 * bench.day))","#
                    + #""cancel_at":null,"trial_end":null,"floor_until":null}"#
            ])
        #expect(try bench.subscribe("evt_3", .pastDue) == .applied)
        #expect(told(bench) == [])
    }

    @Test(arguments: StoreKind.all)
    func `is told when the clock brings it`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.subscribe("evt_1", .pastDue)
        try bench.endpoint([.subscriptionChanged])
        try bench.wait(milliseconds: 14 * bench.day)
        let texts = told(bench)
        #expect(texts.count == 1)
        #expect(texts.first?.contains(#""plan":"free","#) == true)
        #expect(texts.first?.contains(#""status":"past_due","#) == true)
    }

    @Test(arguments: StoreKind.all)
    func `is JSON whatever the provider's ids are`(kind: StoreKind) throws {
        let bench = try StoreBench(kind, tenants: ["acme": "free"])
        try bench.endpoint([.subscriptionChanged])
        try bench.subscribe("evt_1", of: "sub\"\\\n\u{e9}")
        let text = told(bench).first ?? ""
        #expect(text.contains(#""subscription":"sub\"\\\u000a\#u{e9}","#), "\(text)")
    }
}
