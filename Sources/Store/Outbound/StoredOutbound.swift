package import Core

/// What is on disk of all that the engine keeps in memory of endpoints.
package struct StoredOutbound: Sendable {
    /// In the order of their ids.
    package var endpoints: [EndpointRow] = []
    /// What waits for endpoints, of those that something waits for.
    package var waiting: [Waiting] = []
    /// The last event that was fanned out; no lesser id comes again.
    package var mark: Int64 = 0
    /// The greatest ids that were ever given out.
    package var lastEndpoint: Int64 = 0
    package var lastDelivery: Int64 = 0

    /// What waits for one endpoint.
    package struct Waiting: Sendable {
        package let endpoint: EndpointID
        package let count: Int
        package let earliest: Timestamp

        package init(endpoint: EndpointID, count: Int, earliest: Timestamp) {
            self.endpoint = endpoint
            self.count = count
            self.earliest = earliest
        }
    }

    /// Nothing stored.
    package init() {}

    /// What cannot be, as a sentence.
    func fault(tenants: Int) -> String? {
        for last in [mark, lastEndpoint, lastDelivery] where !(0..<IDSource.end).contains(last) {
            return "the greatest id of its kind is \(last), which leaves none for what comes next"
        }
        for row in endpoints where !(1...Int64(max(1, tenants))).contains(row.tenant) {
            return "endpoint \(row.id) is of tenant \(row.tenant), who is not there"
        }
        return nil
    }
}
