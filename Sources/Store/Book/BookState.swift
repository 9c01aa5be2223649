package import Core

/// Where a waiting job stands in its line. The numbers are stored.
package enum Track: Int64, Sendable, CaseIterable {
    /// Paid for: a retry, or a job given back.
    case charged = 0
    /// Not yet charged.
    case fresh = 1
    /// Costs more than the plan can ever admit; waits apart, so that others pass.
    case unfit = 2
}

/// The first job of a track.
package struct Head: Hashable, Sendable {
    package let rank: Int64
    package let id: JobID
    package let cost: Int64

    /// A job with this place in its line.
    package init(rank: Int64, id: JobID, cost: Int64) {
        self.rank = rank
        self.id = id
        self.cost = cost
    }

    /// True if this job is served before `other`.
    package func isBefore(_ other: Head) -> Bool {
        rank != other.rank ? rank < other.rank : id < other.id
    }
}

/// A track in memory: how many wait, and the first of them where it is known. There are three for
/// each line, most of them empty, so they are packed.
struct TrackState {
    private var headRank: Int64 = 0
    private var headID = JobID(rawValue: 0)
    private var headCost: Int32 = 0
    private var cost: Int32 = 0
    private var jobs: UInt32 = 0
    private var hasHead = false

    /// Nothing waits.
    init() {}

    /// What a scan of the rows found.
    init(count: Int, head: Head, costMax: Int64) {
        jobs = UInt32(count)
        cost = Int32(costMax)
        self.head = head
    }

    /// How many wait.
    var count: Int { Int(jobs) }

    /// Nil while the track is empty, or after its head was taken and the next was not yet read.
    var head: Head? {
        get { hasHead ? Head(rank: headRank, id: headID, cost: Int64(headCost)) : nil }
        set {
            hasHead = newValue != nil
            guard let head = newValue else { return }
            headRank = head.rank
            headID = head.id
            headCost = Int32(head.cost)
        }
    }

    /// No job of the track costs more, by what it cost when it was submitted. That is at most
    /// `Limits.costMax`, which rows are checked for as well.
    var costMax: Int64 { Int64(cost) }

    /// A job joined the track.
    mutating func insert(_ job: Head) {
        cost = count == 0 ? Int32(job.cost) : max(cost, Int32(job.cost))
        if count == 0 || head.map(job.isBefore) ?? false { head = job }
        jobs += 1
    }

    /// A job left the track.
    mutating func remove(_ id: JobID) {
        precondition(count > 0, "job \(id) left a track that was empty")
        jobs -= 1
        if count == 0 || (hasHead && headID == id) { head = nil }
    }
}

/// One tenant in memory. Its number is its row id; its index here is one less.
struct TenantState: Hashable {
    let id: String
    var name: String?
    var email: String?
    let createdAt: Timestamp
    var terms: TenantTerms
    /// Σ cost of its uncharged scheduled and ready jobs.
    var waiting: Int64 = 0
    var running = 0
    /// The gate lets a job pass that is paid for.
    var admitsCharged = true
    /// The greatest cost of a new job that the gate lets pass; negative if it lets none.
    var freshBudget: Int64 = .max
    /// The greatest cost that can ever be admitted: what costs more waits apart.
    var capacity: Int64 = .max
    /// What its starts came to, where the plan has a rate. No row has it.
    var starts = StartRate.State()
    var lanes: [Int] = []

    var facts: TenantFacts { terms.facts }
    var plan: Plan { terms.plan }
}

/// One tenant in one queue: it holds the tenant's turn.
struct LaneState {
    let tenant: Int
    let queue: Int
    var lines: [Int] = []
    /// How many of its lines can be served.
    var runnableLines = 0
}

/// One kind of job in a lane: it holds the waiting jobs.
struct LineState {
    let lane: Int
    let kind: String
    var charged = TrackState()
    var fresh = TrackState()
    var unfit = TrackState()
    /// What a job of this kind costs at least, under the tenant's plan.
    var kindCost: Int64 = 1
    /// The plan has not the feature that this kind needs.
    var isBarred = false
    var isRunnable = false

    /// The track's state.
    subscript(track: Track) -> TrackState {
        get {
            switch track {
            case .charged: charged
            case .fresh: fresh
            case .unfit: unfit
            }
        }
        _modify {
            switch track {
            case .charged: yield &charged
            case .fresh: yield &fresh
            case .unfit: yield &unfit
            }
        }
    }

    /// What a job of this line costs now that cost so much when it was submitted.
    func cost(of submitted: Int64) -> Int64 { max(submitted, kindCost) }

    var waitingCount: Int { charged.count + fresh.count + unfit.count }
}

/// One queue in memory: the turns of its lanes.
struct QueueState {
    let name: String
    var lanes: [Int] = []
    /// Every line by its kind.
    var linesOfKind: [String: [Int]] = [:]
    /// The turns of those who pull for all tenants.
    var pools = TurnPools()
}

/// What pulls ask for that are for some tenants only, in one queue.
struct TenantWork: Hashable {
    let queue: Int
    let kinds: [String]?
    let tenants: [String]
}
