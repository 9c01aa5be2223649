import Core
import Store

/// Fills a data folder through the store's own commands, many to a commit.
struct StockRoom {
    private let stock: Stock
    private let house: StoreHouse
    private var random = Random(seed: 1)
    private var pending: [Command] = []
    private var pendingWeight = 0

    /// Puts `stock` into `folder`, which is empty.
    static func fill(_ folder: String, with stock: Stock) throws(BenchError) {
        var room = StockRoom(stock: stock, house: try StoreHouse(folder: folder))
        defer { room.house.close() }
        try room.fill()
    }

    private init(stock: Stock, house: StoreHouse) {
        self.stock = stock
        self.house = house
    }

    private mutating func fill() throws(BenchError) {
        for tenant in 0..<stock.tenants {
            let plan = isOut(tenant) ? "free" : "enterprise"
            try add(.createTenant(CreateTenant(id: Stock.tenant(tenant), plan: plan)))
        }
        for tenant in 0..<stock.upgradeTenants {
            try add(
                .createTenant(CreateTenant(id: Stock.upgradeTenant(tenant), plan: "free")))
        }
        try useUp(
            (0..<stock.tenants).filter(isOut).map(Stock.tenant), queue: "default")
        try useUp(
            (0..<stock.upgradeTenants).map(Stock.upgradeTenant), queue: Stock.upgradeQueue)
        for tenant in 0..<stock.upgradeTenants {
            let jobs = Array(
                repeating: StockRoom.job(queue: Stock.upgradeQueue),
                count: Stock.heldPerUpgradeTenant)
            try add(.enqueue(Enqueue(tenant: Stock.upgradeTenant(tenant), jobs: jobs)))
        }
        try addHeld()
        try addWaiting()
        try flush()
        try house.settle()
    }

    private func isOut(_ tenant: Int) -> Bool {
        stock.othersAreOut && !tenant.isMultiple(of: 100)
    }

    /// The waiting jobs, one a tenant in each round. Turns after a start go by the order in which
    /// lanes were made. So where they are shuffled, a first round makes the lanes with jobs of
    /// another kind, which are served last, and the others come in an order of their own.
    private mutating func addWaiting() throws(BenchError) {
        guard stock.jobs > 0 else { return }
        var tenants = Array(
            stride(from: 0, to: stock.tenants, by: stock.isRare ? 100 : 1))
        let rounds = stock.jobs / tenants.count
        guard stock.isShuffled else {
            // Slices, so that tenants take turns in the file as they do in the queue.
            for round in stride(from: 0, to: rounds, by: 100) {
                let count = min(100, rounds - round)
                for tenant in tenants { try add(count, of: StockRoom.job(), for: tenant) }
            }
            return
        }
        for round in 0..<rounds {
            tenants.shuffle(using: &random)
            var job = StockRoom.job()
            if round == 0 {
                job.kind = "seed"
                job.priority = 9
            }
            for tenant in tenants { try add(1, of: job, for: tenant) }
        }
    }

    private mutating func addHeld() throws(BenchError) {
        var tenants = (0..<stock.tenants).filter(isOut)
        guard !tenants.isEmpty else { return }
        for _ in 0..<9 {
            tenants.shuffle(using: &random)
            for tenant in tenants { try add(1, of: StockRoom.job(), for: tenant) }
        }
    }

    /// Takes tenants of plan free to their limit with one job each that costs all of it.
    private mutating func useUp(_ tenants: [String], queue: String) throws(BenchError) {
        guard !tenants.isEmpty else { return }
        var job = StockRoom.job(queue: queue)
        job.cost = 10
        for tenant in tenants { try add(.enqueue(Enqueue(tenant: tenant, jobs: [job]))) }
        try flush()
        var left = tenants.count
        while left > 0 {
            let pull = Pull(
                queues: [queue], jobsMax: min(left, Limits.pullJobsMax),
                leaseMilliseconds: Limits.leaseMillisecondsMax)
            guard case .leased(let jobs)? = try house.apply([.pull(pull)]).first, !jobs.isEmpty
            else { throw BenchError("\(left) tenants could not be brought to their limit") }
            try house.apply([.complete(jobs.map { Completion(token: $0.token) })])
            left -= jobs.count
        }
    }

    private mutating func add(
        _ count: Int, of job: JobSpec, for tenant: Int
    ) throws(BenchError) {
        try add(
            .enqueue(
                Enqueue(
                    tenant: Stock.tenant(tenant), jobs: Array(repeating: job, count: count))))
    }

    private mutating func add(_ command: Command) throws(BenchError) {
        pending.append(command)
        pendingWeight += command.weight
        if pendingWeight >= Limits.batchWeightMax { try flush() }
    }

    private mutating func flush() throws(BenchError) {
        guard !pending.isEmpty else { return }
        for reply in try house.apply(pending) {
            guard case .enqueued(let outcomes, _) = reply else { continue }
            for case .refused(let refusal) in outcomes {
                throw BenchError("the store refused a job: \(refusal)")
            }
        }
        pending.removeAll(keepingCapacity: true)
        pendingWeight = 0
    }

    private static func job(queue: String = "default") -> JobSpec {
        var job = JobSpec(kind: Stock.kind)
        job.queue = queue
        job.payload = Array(Stock.payload.utf8)
        return job
    }
}
