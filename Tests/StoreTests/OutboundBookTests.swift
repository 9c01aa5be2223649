import Core
import Testing

@testable import Store

@Suite struct OutboundBookTests {
    private let endpoint = EndpointRow(
        id: EndpointID(rawValue: 1), tenant: 1, url: "https://acme.example/", filter: .all,
        secret: [], createdAt: StoreBench.noon)
    private let delivery = DeliveryID(rawValue: 1)
    private let deadline = StoreBench.noon.adding(60_000)

    /// A book with a call under way.
    private func calling() -> OutboundBook {
        var book = OutboundBook()
        book.put(endpoint)
        book.beginBatch(toldOf: [])
        book.begin(delivery, to: endpoint, deadline: deadline)
        book.endBatch()
        return book
    }

    /// The book that is made anew after a batch of `book` failed.
    private func afterFailure(of book: OutboundBook) -> OutboundBook {
        var after = OutboundBook()
        after.put(endpoint)
        after.takeCalls(of: book)
        return after
    }

    @Test func `a batch that fails ends no call, unless it was told so`() {
        var book = calling()
        book.beginBatch(toldOf: [])
        _ = book.takeLost(at: deadline)
        #expect(afterFailure(of: book).calls[delivery] == deadline.milliseconds)
        book = calling()
        book.beginBatch(toldOf: [delivery])
        _ = book.end(delivery)
        #expect(!afterFailure(of: book).isCalled(delivery))
    }

    @Test func `a batch that fails begins no call`() {
        var book = OutboundBook()
        book.put(endpoint)
        book.beginBatch(toldOf: [])
        book.begin(delivery, to: endpoint, deadline: deadline)
        #expect(!afterFailure(of: book).isCalled(delivery))
        let ended = book.end(delivery)
        #expect(ended != nil)
        #expect(!afterFailure(of: book).isCalled(delivery), "it ended what it had begun")
    }

    @Test func `a call that a failed batch took for lost and began anew is the one of before`() {
        var book = calling()
        book.beginBatch(toldOf: [])
        _ = book.takeLost(at: deadline)
        book.begin(delivery, to: endpoint, deadline: deadline.adding(60_000))
        let after = afterFailure(of: book)
        #expect(after.calls[delivery] == deadline.milliseconds)
        #expect(after.room(ofTenant: 0) == Limits.deliveriesToTenantMax - 1)
    }
}
