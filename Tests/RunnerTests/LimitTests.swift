import EventLoop
import Glibc
import Programs
import Runner
import Testing

@Suite(.serialized) struct `Limits of a program` {
    private func limits(_ body: (inout JobSettings) -> Void) -> JobSettings {
        var settings = JobSettings()
        body(&settings)
        return settings
    }

    @Test func `hold its open files`() throws {
        try Bench.use { bench in
            let run = try bench.run(
                script: "ulimit -n; ulimit -c", limits: limits { $0.files = 32 })
            #expect(run.numbers == [32, 0])
        }
    }

    @Test func `hold its memory`() throws {
        try Bench.use { bench in
            let run = try bench.run(
                script: "head -c 300000000 /dev/zero | tail -c 300000000 | sleep 1000",
                limits: limits { $0.memoryBytes = 100 << 20 })
            #expect(run.end?.limit == .memory)
        }
    }

    @Test func `hold its processes`() throws {
        try Bench.use { bench in
            let run = try bench.run(
                script: "for i in 1 2 3 4 5 6 7 8; do sleep 1000 & echo $!; done; wait",
                limits: limits { $0.processes = 5 })
            #expect(run.end?.limit == .processes)
            #expect(run.numbers.count == 8 && run.numbers.allSatisfy(Bench.isGone))
        }
    }

    @Test func `hold its temporary disk, in many files and in one`() throws {
        try Bench.use { bench in
            let small = limits { $0.diskBytes = 1 << 20 }
            let many = try bench.run(
                script: "for i in 1 2 3 4; do head -c 500000 /dev/zero > f$i; done; sleep 1000",
                limits: small)
            #expect(many.end?.limit == .disk)
            let one = try bench.run(
                script: "exec head -c 2000000 /dev/zero > f", limits: small)
            #expect(one.end?.cause == .signal(SIGXFSZ))
            #expect(bench.leftovers == [])
        }
    }

    @Test func `see files that are open and were unlinked, each once`() throws {
        try Bench.use { bench in
            let small = limits { $0.diskBytes = 1 << 20 }
            let hidden = try bench.run(
                script: """
                    exec 5>a 6>b 7>c; rm a b c
                    for n in 5 6 7; do head -c 500000 /dev/zero >&$n; done
                    sleep 5
                    """, limits: small)
            #expect(hidden.end?.limit == .disk)
            let shared = try bench.run(
                script: """
                    exec 5>a 6>&5; rm a; head -c 600000 /dev/zero >&5
                    sleep 1 & sleep 1 & sleep 1; wait
                    """, limits: small)
            #expect(shared.end?.limit == ProgramEnd.Limit.none)
            #expect(shared.end?.cause == .exit(0))
        }
    }

    @Test func `of a file are seen where a program ignores the signal, as Python does`() throws {
        try Bench.use { bench in
            let small = limits { $0.diskBytes = 1 << 20 }
            let script = "#!/usr/bin/env python3\nopen('f', 'wb').write(bytes(2_000_000))\n"
            let full = try bench.run(program: try bench.make("full", script), limits: small)
            #expect(full.end?.cause == .exit(1))
            #expect(full.end?.limit == .file)
            let fails = try bench.run(script: "echo a > f; exit 1", limits: small)
            #expect(fails.end?.limit == ProgramEnd.Limit.none)
        }
    }

    @Test func `end a bomb of forks`() throws {
        try Bench.use { bench in
            let run = try bench.run(
                script: "bomb() { sleep 0.2; bomb & bomb & wait; }; bomb",
                limits: limits { $0.processes = 30 })
            #expect(run.end?.limit == .processes)
        }
    }

    @Test func `are the kernel's where a control group can be made`() throws {
        try Bench.use { bench in
            let found = ControlGroups.find()
            defer { found.leave() }
            let groups = found.path
            let run = try bench.run(
                script: "sed -n 's/^0:://p' /proc/self/cgroup; setsid sleep 1000 &",
                groups: groups)
            #expect(run.end?.cause == .exit(0))
            // Where cgroup v2 is not there or not writable, jobs run in the runner's own group.
            if !groups.isEmpty { #expect(run.outputText.contains("/job_1-")) }
            #expect(run.end?.isOutsideGroup == false)
            #expect(groups.isEmpty == found.limits.contains("cgroup v2"), "\(found)")
        }
    }

    @Test(
        arguments: [
            ("cpu memory pids", "held by control groups"),
            ("memory", "memory held by control groups, processes sampled"),
            ("hugetlb pids", "processes held by control groups, memory sampled"),
            ("cpu hugetlb", "sampled: the control group has neither"), ("", "sampled: "),
        ])
    func `are told of as those that hold them`(given: String, told: String) throws {
        try Bench.use { bench in
            try PlainFile.make(
                bench.folder + "/cgroup.subtree_control", Array((given + "\n").utf8),
                isExecutable: false)
            #expect(ControlGroups.limits(in: bench.folder).hasPrefix(told))
        }
    }

    /// In a folder like any other a group can be made and not be entered; where there is none, it
    /// cannot be made.
    @Test(arguments: ["groups", "none"])
    func `are sampled where the control group cannot be entered, which is told`(
        folder: String
    ) throws {
        try Bench.use { bench in
            try PlainFolder.make(bench.folder + "/groups")
            let run = try bench.run(
                script: "for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; wait",
                limits: limits { $0.processes = 5 }, groups: bench.folder + "/" + folder)
            #expect(run.end?.limit == .processes)
            #expect(run.end?.isOutsideGroup == true)
        }
    }
}
