import Testing

@testable import Store

/// A server has a hundred thousand of each: what one grows by, it grows by so many times.
@Suite("The size of what is kept in memory") struct FootprintTests {
    @Test func `a tenant, a lane and a line take no more than they did when it was measured`() {
        #expect(MemoryLayout<TenantState>.stride <= 256)
        #expect(MemoryLayout<LaneState>.stride <= 40)
        #expect(MemoryLayout<LineState>.stride <= 144)
    }
}
