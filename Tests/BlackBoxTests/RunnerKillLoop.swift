import Glibc
import Testing

/// A server whose own runner has 50 programs, some with daemons, and that is killed at moments
/// nobody has chosen.
struct RunnerKillLoop {
    struct Figures {
        var rounds = 0
        var kills = 0
        var submits = 0
        var succeeded = 0
        /// Leases that a start gave back and handed out again.
        var deaths = 0
        var claimMilliseconds: [Int] = []

        var claimMillisecondsMedian: Int {
            let sorted = claimMilliseconds.sorted()
            return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        }

        var line: String {
            "\(rounds) rounds, \(kills) kills: \(submits) jobs, \(succeeded) succeeded,"
                + " \(deaths) attempts given back; from start to first claim"
                + " \(claimMillisecondsMedian) ms (\(claimMilliseconds.max() ?? 0) ms at worst)"
        }
    }

    static let longCount = 50
    private static let quickCount = 20

    private let jobs: JobsFolder
    private var random: KillRandom
    private var house: House
    private let folder: String
    private let apiKey: String
    private var marker = ""
    private var long: [String] = []
    private var quick: [String] = []
    /// When jobs that have succeeded were done: a second completion would be at another time.
    private var done: [String: String] = [:]
    private(set) var figures = Figures()

    /// Half of the programs leave daemons in sessions of their own, and all are deaf to SIGTERM.
    private static let longScript = """
        trap '' TERM
        case $WEIR_JOB_ID in
        *[02468acegjmprtwy]) setsid sh -c 'setsid sleep 1000 & sleep 1000' & ;;
        esac
        sleep 1000
        """

    init(seed: UInt64) throws {
        random = KillRandom(seed: seed)
        jobs = try JobsFolder()
        let settings = #"{"env":["ROUND"],"concurrency":50,"timeout":"1h"}"#
        try jobs.add("long", RunnerKillLoop.longScript, settings: settings)
        try jobs.add("quick", #"echo '{"result":1}' >&3"#, settings: #"{"env":["ROUND"]}"#)
        let (marker, house) = try RunnerKillLoop.start(jobs, folder: nil)
        self.marker = marker
        self.house = house
        folder = house.server.folder
        try house.addTenant("acme", plan: "enterprise")
        apiKey = house.key("acme")
        try submit(Self.longCount, "long")
    }

    private static func start(
        _ jobs: JobsFolder, folder: String?
    ) throws -> (marker: String, house: House) {
        let marker = "\(UInt64.random(in: 0...UInt64.max))"
        let house = try House(
            tenants: [], flags: ["--jobs", jobs.path, "--runners", "54"], folder: folder,
            environment: ["ROUND": marker])
        return (marker, house)
    }

    /// One life of the server, its death, and what the next one has to know.
    mutating func round() throws {
        figures.rounds += 1
        try submit(Self.quickCount, "quick")
        if figures.rounds % 2 == 1 {
            try waitUntilAllRun()
            poll(nil, 0, Int32(random.roll(200)))
        } else {
            poll(nil, 0, Int32(random.roll(1_000)))
        }
        let before = try list()
        var dead = [kill()]
        var start = Self.wallMilliseconds
        (marker, house) = try Self.start(jobs, folder: folder)
        if figures.rounds % 3 == 0 {
            // Once more, while it gives leases back and programs begin.
            poll(nil, 0, Int32(random.roll(300)))
            dead.append(kill())
            start = Self.wallMilliseconds
            (marker, house) = try Self.start(jobs, folder: folder)
        }
        try waitUntilAllRun()
        for old in dead {
            let left = WorkProcess.waitUntilGone(marked: "ROUND=\(old)")
            #expect(left == [], "round \(figures.rounds)")
        }
        let (text, code) = WeirVerify.run(folder)
        #expect(code == 0, "\(text)")
        try compare(before, try list(), since: start)
    }

    /// All that is quick is done in the end, once.
    mutating func finish() throws {
        for id in quick {
            let job = try ask("GET", "/v1/jobs/\(id)?wait=30")
            #expect(job["state"] == "succeeded", "\(job.text)")
            if let before = done[id] { #expect(job["finished_at"] == before, "\(job.text)") }
            figures.succeeded += 1
        }
        for id in long { _ = try ask("POST", "/v1/jobs/\(id)/cancel") }
        house.server.signal(SIGKILL)
        house.server.waitForEnd()
        #expect(WorkProcess.waitUntilGone(marked: "ROUND=\(marker)") == [])
        let (text, code) = WeirVerify.run(folder)
        #expect(code == 0, "\(text)")
    }

    /// Kills the server and gives the marker that none of its programs may carry any more.
    private mutating func kill() -> String {
        figures.kills += 1
        house.server.signal(SIGKILL)
        #expect(house.server.waitForEnd() == -SIGKILL)
        return marker
    }

    // MARK: What must hold

    private mutating func compare(
        _ before: [String: [String: String]], _ after: [String: [String: String]], since start: Int
    ) throws {
        #expect(Set(after.keys) == Set(long + quick), "a job was lost, or came from nowhere")
        for (id, job) in before where job["state"] == "succeeded" {
            #expect(after[id]?["finished_at"] == job["finished_at"], "job \(id) was done twice")
        }
        for (id, job) in after {
            #expect(job["crash_count"] == "0", "\(job)")
            if let finished = job["finished_at"], finished != "null" { done[id] = finished }
        }
        var first = Int.max
        for id in long {
            // Neither the job nor its program is to blame for a death of the server.
            let job = after[id] ?? [:]
            #expect(job["state"] == "running" && job["attempt"] == "1", "\(job)")
            if before[id]?["state"] == "running" { figures.deaths += 1 }
            first = min(first, try #require(Self.milliseconds(job["started_at"] ?? "")))
        }
        #expect(first >= start, "a lease of the server that was killed is still there")
        figures.claimMilliseconds.append(first - start)
    }

    private func waitUntilAllRun() throws {
        for _ in 0..<3_000 {
            let running = try ask("GET", "/v1/jobs?state=running&kind=long&limit=100")
            if running.objects("items").count == Self.longCount { return }
            poll(nil, 0, 10)
        }
        Issue.record("round \(figures.rounds): not all run: \(house.server.log)")
    }

    // MARK: Calls

    private mutating func submit(_ count: Int, _ kind: String) throws {
        let list = Array(repeating: #"{"kind":"\#(kind)"}"#, count: count)
        let answer = try ask(
            "POST", "/v1/jobs/batch", #"{"jobs":[\#(list.joined(separator: ","))]}"#)
        let ids = (0..<count).compactMap { answer["results.\($0).job.id"] }
        try #require(ids.count == count, "\(answer.text)")
        figures.submits += count
        if kind == "long" { long += ids } else { quick += ids }
    }

    private func ask(_ method: String, _ path: String, _ body: String = "") throws -> BoxAnswer {
        let client = try house.connect()
        client.ask(method, path, key: apiKey, body: body)
        return try client.answer()
    }

    private func list() throws -> [String: [String: String]] {
        var found: [String: [String: String]] = [:]
        var cursor = ""
        while true {
            let page = try ask("GET", "/v1/jobs?limit=500\(cursor)")
            try #require(page.status == 200, "\(page.text)")
            for job in page.objects("items") { found[job["id"] ?? ""] = job }
            guard let next = page["next_cursor"], next != "null" else { return found }
            cursor = "&cursor=\(next)"
        }
    }

    // MARK: Times

    private static var wallMilliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }

    /// The milliseconds since 1970 of an RFC 3339 time.
    private static func milliseconds(_ text: String) -> Int? {
        let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count == 7 else { return nil }
        var parts = tm()
        parts.tm_year = numbers[0] - 1_900
        parts.tm_mon = numbers[1] - 1
        parts.tm_mday = numbers[2]
        parts.tm_hour = numbers[3]
        parts.tm_min = numbers[4]
        parts.tm_sec = numbers[5]
        return timegm(&parts) * 1_000 + Int(numbers[6])
    }
}
