/// Runs rows, each time on a fresh copy of the data that it needs.
final class RowRunner {
    private let options: BenchOptions
    private let work: WorkFolder
    private let say: (String) -> Void
    /// The prepared folders, made when first needed.
    private var folders: [Stock: String] = [:]

    static let connections = 64
    private static let bulkConnections = 8
    private static let jobsPerBulk = 500
    private static let jobsPerPull = 32
    private static let tenantsSmall = 10
    private static let tenantsLarge = 100_000
    private static let jobsLarge = 1_000_000
    /// More than any server of today completes in a second: what runs on ten tenants needs.
    private static let jobsPerSecondMax = 120_000.0
    private static let claimsForCost = 50_000

    /// What the report tells of how rows are measured.
    static let settings =
        "synchronous=FULL; \(connections) connections, \(bulkConnections) for bulk;"
        + " \(jobsPerBulk) jobs a bulk request, \(jobsPerPull) a pull of many;"
        + " payload \(Stock.payload.utf8.count) bytes;"
        + " latency: \(StartLoad.workers) parked pulls, \(StartLoad.submitsPerSecond) submits/s"

    init(_ options: BenchOptions, work: WorkFolder, say: @escaping (String) -> Void) {
        self.options = options
        self.work = work
        self.say = say
    }

    /// One run of a row.
    func run(_ row: BenchRow, _ column: BenchColumn) throws(BenchError) -> RunResult {
        switch row {
        case .submit: try submit(column, jobsPerRequest: 1, RowRunner.connections)
        case .bulk:
            try submit(
                column, jobsPerRequest: RowRunner.jobsPerBulk, RowRunner.bulkConnections)
        case .pull: try pull(column, jobsMax: 1)
        case .pullMany: try pull(column, jobsMax: RowRunner.jobsPerPull)
        case .claim: try claim(column)
        case .start: try start(column)
        case .upgrade: try upgrade(column, isByEvent: false)
        case .upgradeEvent: try upgrade(column, isByEvent: true)
        case .events: try events(column)
        case .checks: try checks(column)
        case .quota: try quota()
        case .roll: try roll()
        case .memory: try memory(column)
        }
    }

    // MARK: Rows

    private func submit(
        _ column: BenchColumn, jobsPerRequest: Int, _ connections: Int
    ) throws(BenchError) -> RunResult {
        try onServer(stock(column)) { server throws(BenchError) in
            let load = SubmitLoad(
                jobsPerRequest: jobsPerRequest, tenants: stock(column).tenants,
                window: window(server))
            try Load.run(
                load, port: server.port, connections: connections,
                reader: .http(keepsBody: jobsPerRequest > 1))
            return try result(of: load.window, server)
        }
    }

    private func pull(_ column: BenchColumn, jobsMax: Int) throws(BenchError) -> RunResult {
        try onServer(stock(column, hasWork: true)) { server throws(BenchError) in
            let load = PullLoad(
                workers: RowRunner.connections, jobsMax: jobsMax, window: window(server))
            try Load.run(
                load, port: server.port, connections: RowRunner.connections,
                reader: .http(keepsBody: true))
            return try result(of: load.window, server)
        }
    }

    private func memory(_ column: BenchColumn) throws(BenchError) -> RunResult {
        let size = try pull(column, jobsMax: 1).residentMebibytes
        return RunResult(values: size.map { [$0] } ?? [])
    }

    private func start(_ column: BenchColumn) throws(BenchError) -> RunResult {
        try onServer(stock(column)) { server throws(BenchError) in
            let load = StartLoad(tenants: stock(column).tenants, seconds: options.seconds)
            try Load.run(
                load, port: server.port, connections: StartLoad.connections,
                reader: .http(keepsBody: true))
            return RowRunner.latency(load.milliseconds)
        }
    }

    private func events(_ column: BenchColumn) throws(BenchError) -> RunResult {
        try onServer(stock(column)) { server throws(BenchError) in
            let load = EventLoad(tenants: stock(column).tenants, seconds: options.seconds)
            try Load.run(
                load, port: server.port, connections: EventLoad.connections,
                reader: .http(keepsBody: true))
            let eventTail = Statistics.percentile(99, of: load.eventMilliseconds) ?? 0
            let submitTail = Statistics.percentile(99, of: load.submitMilliseconds) ?? 0
            return RunResult(
                values: [
                    Double(load.eventMilliseconds.count) / load.secondsMeasured, eventTail,
                    Double(load.submitMilliseconds.count) / load.secondsMeasured, submitTail,
                ])
        }
    }

    private func checks(_ column: BenchColumn) throws(BenchError) -> RunResult {
        try onServer(stock(column)) { server throws(BenchError) in
            let load = CheckLoad(tenants: stock(column).tenants, seconds: options.seconds)
            try Load.run(
                load, port: server.port, connections: CheckLoad.connections,
                reader: .http(keepsBody: false))
            return RowRunner.latency(load.milliseconds)
        }
    }

    private func upgrade(
        _ column: BenchColumn, isByEvent: Bool
    ) throws(BenchError) -> RunResult {
        let stock = stock(column, hasUpgrades: true)
        return try onServer(stock) { server throws(BenchError) in
            let load = UpgradeLoad(
                tenants: stock.upgradeTenants, seconds: options.seconds, isByEvent: isByEvent)
            try Load.run(
                load, port: server.port, connections: UpgradeLoad.connections,
                reader: .http(keepsBody: true))
            return RowRunner.latency(load.milliseconds)
        }
    }

    private func claim(_ column: BenchColumn) throws(BenchError) -> RunResult {
        let copy = try work.copy(of: folder(with: stock(column, hasWork: true)))
        defer { WorkFolder.remove(copy) }
        return RunResult(values: [try ClaimRun.rate(folder: copy, seconds: options.seconds)])
    }

    /// The same claims for the same tenants, among others that have nothing waiting and among
    /// others that are out of quota.
    private func quota() throws(BenchError) -> RunResult {
        var stock = rareStock
        var folders: [String] = []
        defer { for folder in folders { WorkFolder.remove(folder) } }
        for othersAreOut in [false, true] {
            stock.othersAreOut = othersAreOut
            folders.append(try work.copy(of: folder(with: stock)))
        }
        let costs = try ClaimRun.microseconds(folders: folders, count: RowRunner.claimsForCost)
        return RunResult(values: costs + [costs[1] / costs[0]])
    }

    /// The month begins for tenants that are out of quota and have nine jobs held each.
    private func roll() throws(BenchError) -> RunResult {
        var stock = rareStock
        stock.othersAreOut = true
        let copy = try work.copy(of: folder(with: stock))
        defer { WorkFolder.remove(copy) }
        let (gap, seconds) = try RollRun.measure(
            folder: copy, tenants: RowRunner.tenantsLarge * 99 / 100)
        return RunResult(values: [gap, seconds])
    }

    // MARK: What rows share

    /// Many tenants, of which one in a hundred has jobs that may start.
    private var rareStock: Stock {
        var stock = Stock(tenants: RowRunner.tenantsLarge, jobs: 0)
        stock.isRare = true
        stock.isShuffled = true
        stock.jobs = RowRunner.claimsForCost * 13 / 10
        return stock
    }

    private func stock(
        _ column: BenchColumn, hasWork: Bool = false, hasUpgrades: Bool = false
    ) -> Stock {
        let upgradeTenants = UpgradeLoad.tenants(seconds: options.seconds)
        switch column {
        case .small:
            let jobs = Int(RowRunner.jobsPerSecondMax * options.seconds * 1.1) + 1_000
            return Stock(
                tenants: RowRunner.tenantsSmall, jobs: hasWork ? jobs : 0,
                upgradeTenants: hasUpgrades ? upgradeTenants : 0)
        case .large:
            // One folder serves every row.
            return Stock(
                tenants: RowRunner.tenantsLarge, jobs: RowRunner.jobsLarge, isShuffled: true,
                upgradeTenants: upgradeTenants)
        }
    }

    private func folder(with stock: Stock) throws(BenchError) -> String {
        if let folder = folders[stock] { return folder }
        say("preparing \(stock.tenants) tenants and \(stock.jobs) jobs")
        let folder = try work.makeFolder()
        try StockRoom.fill(folder, with: stock)
        folders[stock] = folder
        return folder
    }

    private func onServer(
        _ stock: Stock, _ measure: (ServerUnderLoad) throws(BenchError) -> RunResult
    ) throws(BenchError) -> RunResult {
        let copy = try work.copy(of: folder(with: stock))
        defer { WorkFolder.remove(copy) }
        let server = try ServerUnderLoad(folder: copy)
        let result = try measure(server)
        try server.stop()
        return result
    }

    private func window(_ server: ServerUnderLoad) -> RateWindow {
        RateWindow(seconds: options.seconds, meter: CPUMeter(process: server.processID))
    }

    private func result(
        of window: RateWindow, _ server: ServerUnderLoad
    ) throws(BenchError) -> RunResult {
        guard let rate = window.rate else { throw BenchError("a run ended before its time") }
        return RunResult(
            values: [rate], cost: window.cost,
            residentMebibytes: try server.residentMebibytes())
    }

    private static func latency(_ milliseconds: [Double]) -> RunResult {
        RunResult(
            values: [50, 99].compactMap { Statistics.percentile($0, of: milliseconds) })
    }
}
