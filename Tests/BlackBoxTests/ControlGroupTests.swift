import Glibc
import Testing

/// Where cgroup v2 is, if groups can be made there.
private enum ControlGroupRoot {
    static let path: String? = {
        guard let file = fopen("/proc/self/mounts", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4_096)
        while fgets(&line, Int32(line.count), file) != nil {
            let bytes = line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
            if words.count > 2, words[2] == "cgroup2", access(String(words[1]), W_OK) == 0 {
                return String(words[1])
            }
        }
        return nil
    }()
}

/// Where programs are put where a control group was delegated, as by systemd's `Delegate=` and
/// `DelegateSubgroup=runner`. It needs cgroup v2, and a user who may write it.
@Suite(.serialized, .enabled(if: ControlGroupRoot.path != nil))
struct `A control group of programs` {
    /// The group of a unit, with that of its runner in it.
    private func use(isDelegated: Bool, _ body: (_ unit: String) throws -> Void) throws {
        let root = try #require(ControlGroupRoot.path)
        let name = "weirtest-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let unit = root + "/" + name
        try #require(mkdir(unit, 0o755) == 0 && mkdir(unit + "/runner", 0o755) == 0)
        defer {
            // A group goes once the last of its processes is reaped.
            for path in [unit + "/runner", unit] {
                for _ in 0..<500 where rmdir(path) != 0 { poll(nil, 0, 10) }
            }
            #expect(access(unit, F_OK) != 0)
        }
        if isDelegated { try mark(unit) }
        try body(unit)
    }

    /// As systemd does, by a call that Swift's Glibc does not have.
    private func mark(_ path: String) throws {
        typealias Call =
            @convention(c) (
                UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeRawPointer, Int, Int32
            ) -> Int32
        let call = unsafeBitCast(try #require(dlsym(nil, "setxattr")), to: Call.self)
        try #require(call(path, "user.delegate", "1", 1, 0) == 0)
    }

    @Test(arguments: [(true, ""), (false, "/runner")])
    func `programs have groups beside the runner's where its unit was delegated, else below`(
        isDelegated: Bool, place: String
    ) throws {
        try use(isDelegated: isDelegated) { unit in
            let house = try House(tenants: [("acme", "enterprise")], flags: [])
            let jobs = try JobsFolder.make(["where": "sed -n 's/^0:://p' /proc/self/cgroup"])
            let work = try WorkProcess(house, jobs: jobs, group: unit + "/runner")
            let id = try house.submit(job: #"{"kind":"where"}"#)
            #expect(try house.ended(id)["state"] == "succeeded", "\(work.log)")
            let log = try house.call(as: "acme", "GET", "/v1/jobs/\(id)/logs").text
            let name = unit.split(separator: "/").last ?? ""
            #expect(log.contains("/\(name)\(place)/weir-\(work.process)/job_"), "\(log)")
            // What it comes to is said, whatever this machine has to give.
            let control = unit + place + "/weir-\(work.process)/cgroup.subtree_control"
            let given = String(decoding: try Self.bytes(of: control), as: UTF8.self)
            let isHeld = given.contains("memory") && given.contains("pids")
            #expect(
                work.log.contains(isHeld ? "held by control groups" : "sampled: "), "\(work.log)")
            work.signal(SIGTERM)
            #expect(work.waitForEnd() == 0, "\(work.log)")
        }
    }

    /// What the runner does where its folder beside it is there already and is of no use: nothing
    /// can be made in it, or nothing in it be entered, which is seen although the ends of children
    /// were ignored by who started it.
    @Test(arguments: [
        "echo 0 > $OWN/cgroup.max.descendants",
        "mkdir $OWN/other && echo threaded > $OWN/other/cgroup.type"
            + " && WITH='env --ignore-signal=CHLD'",
    ])
    func `programs have groups below the runner's where none beside it is of use`(
        spoil: String
    ) throws {
        try use(isDelegated: true) { unit in
            let house = try House(tenants: [("acme", "enterprise")], flags: [])
            let jobs = try JobsFolder.make(["where": "sed -n 's/^0:://p' /proc/self/cgroup"])
            let work = try WorkProcess(
                house, jobs: jobs, group: unit + "/runner",
                before: "OWN=\(unit)/weir-$$ && mkdir $OWN && \(spoil)")
            let own = "/weir-\(work.process)"
            defer { for path in ["/other", ""] { rmdir(unit + own + path) } }
            let id = try house.submit(job: #"{"kind":"where"}"#)
            #expect(try house.ended(id)["state"] == "succeeded", "\(work.log)")
            let log = try house.call(as: "acme", "GET", "/v1/jobs/\(id)/logs").text
            #expect(log.contains("/runner\(own)/job_"), "\(log)")
            #expect(!log.contains("could not be"), "\(log)")
            work.signal(SIGTERM)
            #expect(work.waitForEnd() == 0, "\(work.log)")
        }
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }
}
