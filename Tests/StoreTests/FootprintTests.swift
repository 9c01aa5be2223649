import Testing

@testable import Store

/// Each of these is there a hundred thousand times: what one grows by, the server grows by a hundred
/// thousand times.
@Suite("The size of what is kept in memory") struct FootprintTests {
    @Test func `a tenant, a lane and a line take no more than they did when it was measured`() {
        #expect(MemoryLayout<TenantState>.stride <= 256)
        #expect(MemoryLayout<LaneState>.stride <= 40)
        #expect(MemoryLayout<LineState>.stride <= 136)
    }
}
