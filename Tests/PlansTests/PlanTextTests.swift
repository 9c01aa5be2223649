import Core
import JSON
import Plans
import Testing

@Suite struct `A plan as the store keeps it` {
    @Test(arguments: 0..<10)
    func `terms are what their text says`(seed: UInt64) throws {
        var random = RandomTerms(seed: seed)
        for round in 0..<100 {
            let terms = random.next()
            let text = PlanText.write(terms)
            let read = try PlanText.read(text, environment: RandomTerms.environment)
            // As bytes too: 'é' and 'e' with an accent are one text and two names.
            try #require(read == terms, "seed \(seed), round \(round): \(text)")
            try #require(PlanText.write(read).utf8.elementsEqual(text.utf8))
        }
    }

    @Test func `its members stand in order, with defaults and without what is empty`() throws {
        let text = PlanText.write(PlanCatalog.standard.free.terms)
        #expect(
            text
                == "{\"limits\":{\"jobs\":{\"cap\":\"hard\",\"limit\":10,"
                + "\"thresholds\":[80,95,100,120],\"type\":\"counter\"}},\"max_held\":100,"
                + "\"max_payload\":262144,\"max_waiting\":1000000,\"name\":\"Free\","
                + "\"period\":\"calendar\",\"rank\":0,\"retention_days\":30,\"weight\":1}")
        let rich = try #require(try Sample.read(Checkout.text("fixtures/plans.json")).last).text
        try checkOrder(JSONDocument(validating: Array(rich.utf8)))
    }

    private func checkOrder(_ document: JSONDocument) throws {
        var objects = [document.root]
        while let object = objects.popLast() {
            let members = Array(document.members(of: object))
            let names = members.map { document.text($0.key) }
            #expect(names == names.sorted())
            objects += members.map(\.value).filter { $0.kind == .object }
        }
    }

    /// The same JSON with its members the other way round and other white space.
    private func turned(_ document: JSONDocument, _ node: JSONNode) -> String {
        switch node.kind {
        case .object:
            let members = document.members(of: node).map { key, value in
                "\(raw(document, key)) :\n\t\(turned(document, value))"
            }
            return "{ " + members.reversed().joined(separator: " ,\r\n") + " }"
        case .array:
            return "[\n"
                + document.elements(of: node).map { turned(document, $0) }
                .joined(separator: ",\n ") + " ]"
        case .string, .number, .true, .false, .null:
            return raw(document, node)
        }
    }

    private func raw(_ document: JSONDocument, _ node: JSONNode) -> String {
        String(decoding: document.raw(node), as: UTF8.self)
    }

    @Test func `it does not depend on the layout of the file`() throws {
        let text = Checkout.text("fixtures/plans.json")
        let document = try JSONDocument(validating: Array(text.utf8))
        let other = turned(document, document.root)
        #expect(other != text)
        #expect(try Sample.read(other) == Sample.read(text))
        #expect(try Sample.read(other).map(\.text) == Sample.read(text).map(\.text))
    }

    @Test func `what a file writes out changes nothing when it is the default`() throws {
        let bare = try Sample.read(Sample.file([Sample.pro()]))
        let full = try Sample.read(
            Sample.file([
                Sample.pro([
                    ("prices", "{}"), ("costs", "{}"), ("features", "[]"), ("weight", "1"),
                    ("max_held", "100"), ("max_waiting", "1e6"), ("max_payload", "262144"),
                    ("retention_days", "30"), ("period", "\"calendar\""),
                    (
                        "limits",
                        """
                        {"jobs":{"limit":10.0,"cap":"hard","type":"counter",
                        "overage_price":null,"thresholds":[80,95,100,120]}}
                        """
                    ),
                ])
            ]))
        #expect(full.map(\.text) == bare.map(\.text))
    }

    @Test func `every change of a file changes it`() throws {
        let text = try Sample.read(Sample.file([Sample.pro()]))[1].text
        let changes: [(String, String)] = [
            ("name", "\"Pro 2\""), ("rank", "2"), ("weight", "2"), ("max_held", "101"),
            ("max_waiting", "5"), ("max_payload", "5"), ("retention_days", "5"),
            ("period", "\"anchored\""), ("costs", "{\"a\":1}"), ("features", "[\"a\"]"),
            ("max_running", "1"), ("rate", "{\"starts\":1,\"per\":\"1s\"}"),
            ("limits", "{\"jobs\":{\"limit\":11}}"),
            ("limits", "{\"jobs\":{\"limit\":10,\"cap\":\"soft\"}}"),
            ("limits", "{\"jobs\":{\"limit\":10},\"a\":{\"limit\":null}}"),
            ("prices", "{\"year\":{\"amount\":\"1\",\"currency\":\"usd\"}}"),
        ]
        var texts: Set = [text]
        for (name, value) in changes {
            let changed = try Sample.read(Sample.file([Sample.pro([(name, value)])]))[1].text
            #expect(texts.insert(changed).inserted, "\(name)")
        }
    }

    @Test func `the price id is not in it, but the name of its variable is`() throws {
        let price = "{\"month\":{\"amount\":\"1\",\"currency\":\"usd\",\"price_env\":\"P\"}}"
        let file = Sample.file([Sample.pro([("prices", price)])])
        let drafts = try [[:], ["P": "price_1"], ["P": "price_2"]].map {
            try Sample.read(file, $0)[1]
        }
        #expect(Set(drafts.map(\.text)).count == 1)
        #expect(drafts[0].text.contains("\"price_env\":\"P\""))
        #expect(drafts.map(\.terms.prices[0].providerPrice) == [nil, "price_1", "price_2"])
        let read = { try PlanText.read(drafts[0].text, environment: $0).prices[0].providerPrice }
        #expect(try read { _ in "price_3" } == "price_3")
        #expect(try read { _ in "no price" } == nil)
    }

    private static let start =
        "{\"name\":\"A\",\"rank\":1,\"limits\":{\"jobs\":{\"limit\":1}}"

    @Test(arguments: [
        ("", "is not JSON: byte 0: the text ends before the value does"),
        ("[]", "expected an object, found a list"),
        (start + ",\"from_later\":1}", "from_later: is not a known field"),
        (start + ",\"id\":\"pro\"}", "id: is not a known field"),
        (start + ",\"weight\":0}", "weight: expected a whole number from 1 to 1000, found 0"),
        (start + ",\"kinds\":{\"a\":{}}}", "kinds.a.feature: is missing"),
        ("{\"name\":\"A\",\"rank\":1}", "limits: is missing"),
    ])
    func `a damaged text is refused`(text: String, fault: String) throws {
        let error = try #require(
            #expect(throws: PlanFault.self) { try PlanText.read(text) { _ in nil } })
        #expect(error.description.hasPrefix(fault), "\(error)")
    }
}
