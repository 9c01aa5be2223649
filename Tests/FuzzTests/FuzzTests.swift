import Testing

/// Each reader is worked on for `WEIR_FUZZ_SECONDS` (20 if nothing is said), with the cases of
/// `WEIR_FUZZ_SEED` (1).
@Suite struct `Damaged bytes` {
    @Test func `requests are read in one way however they are cut and damaged`() async throws {
        try await FuzzLoop(HTTPTarget(), sharers: 2).run()
    }

    @Test func `requests are read as Python reads them, but where a difference is meant`()
        async throws
    {
        let target = try HTTPBesidePython()
        print("fuzz http: beside \(target.reader)")
        try await FuzzLoop(target, sharers: 2).run()
    }

    @Test func `documents are read as Python reads them however they are damaged`() async throws {
        try await FuzzLoop(JSONTarget()).run()
    }

    @Test func `tokens, times and durations are what their grammar says`() async throws {
        try await FuzzLoop(TokenTarget()).run()
    }
}
