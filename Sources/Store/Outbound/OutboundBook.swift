import Core

/// What the engine keeps in memory of endpoints and of calls under way. A cache of rows, but for
/// the calls: what is under way when the process ends is due again when its time is up. A batch
/// that fails ends none of them, so they are in the book that is made of the rows then, too.
struct OutboundBook {
    /// An endpoint with the figures that its rows would have to be searched for.
    struct Endpoint: Hashable {
        var row: EndpointRow
        /// Deliveries that have not ended.
        var waiting = 0
        /// Calls under way.
        var calls = 0

        /// How many more calls it may have now, as far as it is concerned.
        fileprivate var room: Int { max(0, row.callsMax - calls) }
    }

    /// A call under way. It keeps its place until it has ended, whatever becomes of its endpoint.
    struct Call: Hashable {
        let endpoint: EndpointID
        let tenant: Int
        /// Where it went.
        let url: String
    }

    /// A batch and the calls under way.
    private struct Batch {
        /// Those that it orders: nobody makes them if it fails.
        var begun: Set<DeliveryID> = []
        /// Those that it took out, with the time when they count as lost.
        var ended: [DeliveryID: (call: Call, deadline: Int64)] = [:]
        /// Those of whose end it tells: they are over whatever becomes of it.
        var told: Set<DeliveryID> = []
    }

    /// Calls at a time to all endpoints of a tenant, and in all.
    private let callsToTenantMax: Int
    private let callsMax: Int
    private(set) var endpoints: [EndpointID: Endpoint] = [:]
    /// Those of each tenant that were not removed, in the order of their ids.
    private(set) var ofTenant: [Int: [EndpointID]] = [:]
    /// What one of a tenant's endpoints wants. Tenants that want nothing are not in it.
    private(set) var wanted: [Int: EventFilter] = [:]
    /// When the first delivery of an endpoint is due, in milliseconds of the calendar's clock.
    var due = DeadlineHeap<EndpointID>()
    /// The calls under way, by the time when they count as lost.
    private(set) var calls = DeadlineHeap<DeliveryID>()
    private var callsByID: [DeliveryID: Call] = [:]
    /// What the batch that is not committed yet did to them.
    private var batch = Batch()
    /// How many each tenant has, if any.
    private var callCounts: [Int: Int] = [:]
    /// Removed endpoints whose deliveries are still to be deleted.
    var removed: [EndpointID] = []
    /// The last event that was fanned out.
    var mark: Int64 = 0
    /// Events may have been written that were not fanned out.
    var lags = true
    /// When old deliveries are next looked for, in steady milliseconds.
    var nextPruneSteady: Int64 = 0

    /// A book of nothing.
    init(
        callsToTenantMax: Int = Limits.deliveriesToTenantMax,
        callsMax: Int = Limits.deliveriesInFlightMax
    ) {
        self.callsToTenantMax = callsToTenantMax
        self.callsMax = callsMax
    }

    /// How many more calls may be under way.
    var room: Int { max(0, callsMax - calls.count) }

    /// True if no more calls may be under way.
    var isFull: Bool { room == 0 }

    /// When there is next something to do, in milliseconds of the calendar's clock.
    var nextMilliseconds: Int64? {
        // Without a free place only the end of a call changes anything.
        isFull ? calls.earliest : [due.earliest, calls.earliest].compactMap(\.self).min()
    }

    /// True if a tenant has to be told of events of this type.
    func wants(_ type: EventType, tenant: Int) -> Bool {
        wanted[tenant]?.contains(type) ?? false
    }

    // MARK: Endpoints

    /// Takes in an endpoint, or what is new of one.
    mutating func put(_ row: EndpointRow) {
        let tenant = Int(row.tenant - 1)
        if endpoints[row.id] == nil {
            endpoints[row.id] = Endpoint(row: row)
            if row.state != .removed { ofTenant[tenant, default: []].append(row.id) }
        } else {
            endpoints[row.id]?.row = row
            if row.state == .removed { ofTenant[tenant]?.removeAll { $0 == row.id } }
        }
        refreshWanted(tenant)
    }

    /// The row of an endpoint is gone.
    mutating func forget(_ id: EndpointID) {
        endpoints[id] = nil
        due.remove(id)
    }

    /// So many more deliveries wait for an endpoint.
    mutating func addWaiting(_ count: Int, for id: EndpointID) {
        endpoints[id]?.waiting += count
        precondition(
            endpoints[id]?.waiting ?? 0 >= 0, "fewer than no deliveries wait for endpoint \(id)")
    }

    private mutating func refreshWanted(_ tenant: Int) {
        var filter = EventFilter.none
        for id in ofTenant[tenant] ?? [] {
            guard let row = endpoints[id]?.row, row.state == .on else { continue }
            filter = filter.union(row.filter)
        }
        wanted[tenant] = filter == .none ? nil : filter
    }

    // MARK: Calls

    /// How many more calls a tenant may have now. None begins one where it has as many as are left
    /// for all others: so however many receivers hang, the next place is for who has fewer.
    func room(ofTenant tenant: Int) -> Int {
        let count = callCounts[tenant] ?? 0
        return max(0, min(callsToTenantMax - count, room - count))
    }

    /// The endpoints of a tenant that wait for the end of one of its calls.
    func sleepers(ofTenant tenant: Int) -> [EndpointID] {
        (ofTenant[tenant] ?? []).filter { due[$0] == nil && endpoints[$0]?.waiting ?? 0 > 0 }
    }

    /// True if a call to one of a tenant's endpoints is under way.
    func isCalled(tenant: Int) -> Bool { callCounts[tenant] != nil }

    /// How many more calls an endpoint may have now.
    func room(of endpoint: Endpoint) -> Int {
        min(endpoint.room, room(ofTenant: Int(endpoint.row.tenant - 1)))
    }

    /// The endpoints of a tenant for which something is due, the longest due first.
    func dueEndpoints(ofTenant tenant: Int, at now: Timestamp) -> [EndpointID] {
        let found = (ofTenant[tenant] ?? []).compactMap { id in due[id].map { (at: $0, id: id) } }
        return found.filter { $0.at <= now.milliseconds }.sorted { $0 < $1 }.map(\.id)
    }

    /// A call is under way that counts as lost at `deadline`.
    mutating func begin(_ id: DeliveryID, to endpoint: EndpointRow, deadline: Timestamp) {
        let call = Call(
            endpoint: endpoint.id, tenant: Int(endpoint.tenant - 1), url: endpoint.url)
        put(id, call, deadline: deadline.milliseconds)
        batch.begun.insert(id)
    }

    private mutating func put(_ id: DeliveryID, _ call: Call, deadline: Int64) {
        calls.set(id, at: deadline)
        callsByID[id] = call
        callCounts[call.tenant, default: 0] += 1
        endpoints[call.endpoint]?.calls += 1
    }

    /// A batch begins that tells of the end of these calls.
    mutating func beginBatch(toldOf ended: Set<DeliveryID>) { batch = Batch(told: ended) }

    /// The batch is on disk, and its orders go out.
    mutating func endBatch() { batch = Batch() }

    /// Takes over the calls that are under way although the last batch of `other` failed.
    mutating func takeCalls(of other: OutboundBook) {
        // One that it took for lost and ordered anew is still the one of before.
        var found = other.batch.ended
        for (id, call) in other.callsByID where !other.batch.begun.contains(id) {
            if let deadline = other.calls[id] { found[id] = (call, deadline) }
        }
        for (id, (call, deadline)) in found.sorted(by: { $0.key < $1.key })
        where !other.batch.told.contains(id) {
            put(id, call, deadline: deadline)
        }
    }

    /// True if this call is under way.
    func isCalled(_ id: DeliveryID) -> Bool { callsByID[id] != nil }

    /// A call is no longer under way; it, if it was.
    mutating func end(_ id: DeliveryID) -> Call? {
        guard let call = callsByID.removeValue(forKey: id) else { return nil }
        if let deadline = calls[id], !batch.begun.contains(id) {
            batch.ended[id] = (call, deadline)
        }
        calls.remove(id)
        let count = (callCounts[call.tenant] ?? 0) - 1
        precondition(count >= 0, "tenant \(call.tenant) has fewer than no calls")
        callCounts[call.tenant] = count == 0 ? nil : count
        endpoints[call.endpoint]?.calls -= 1
        return call
    }

    /// A call that counts as lost by now, taken out.
    mutating func takeLost(at now: Timestamp) -> Call? {
        guard let id = calls.due(at: now.milliseconds) else { return nil }
        return end(id)
    }
}
