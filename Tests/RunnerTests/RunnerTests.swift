import Core
import EventLoop
import Programs
import Runner
import Testing

@Suite(.serialized) struct `A runner` {
    /// A runner in a bench, with a server that the test plays.
    private final class Stage {
        let bench: Bench
        let server: FakeTransport
        private(set) var runner: Runner
        private(set) var events: [RunnerEvent] = []
        var undelivered: Int?

        init(_ bench: Bench, slots: Int = 4, queues: [String] = [], drain: Int64 = 60_000) {
            self.bench = bench
            let server = FakeTransport { [loop = bench.loop] action in
                loop.schedule(after: 0, action)
            }
            self.server = server
            var settings = RunnerSettings(
                jobsPath: bench.folder + "/jobs", slots: slots,
                temporaryPath: bench.folder + "/tmp")
            settings.queues = queues
            settings.drainMilliseconds = drain
            settings.killMilliseconds = 300
            var tell: (RunnerEvent) -> Void = { _ in }
            runner = Runner(
                loop: bench.loop, settings: settings, transport: server, program: Bench.binary
            ) { tell($0) }
            tell = { [unowned self] in events.append($0) }
            runner.start()
        }

        func run(until condition: () -> Bool) { bench.run(until: condition) }

        func drain() {
            runner.drain { [unowned self] in undelivered = $0 }
            run { undelivered != nil }
        }

        var wentAway: Int {
            events.count { if case .away = $0 { true } else { false } }
        }
    }

    private func use(
        slots: Int = 4, queues: [String] = [], drain: Int64 = 60_000,
        kinds: [(name: String, script: String, settings: String?)],
        _ body: (Stage) throws -> Void
    ) throws {
        try Bench.use { bench in
            for kind in kinds {
                try bench.make(
                    kind.name, "#!/bin/sh\n" + kind.script + "\n", settings: kind.settings)
            }
            let stage = Stage(bench, slots: slots, queues: queues, drain: drain)
            try body(stage)
            stage.runner.close()
            // What ends now still tells the stage.
            withExtendedLifetime(stage) { bench.run { bench.leftovers == [] } }
        }
    }

    private func work(_ token: String, _ kind: String = "a", timeout: Int64? = nil) -> LeasedWork {
        LeasedWork(token: token, id: "job_" + token, kind: kind, timeoutMilliseconds: timeout)
    }

    @Test func `goes on though a program has stopped the nursery`() throws {
        let stop = "read -r _ _ _ nursery _ < /proc/$PPID/stat; kill -STOP $nursery"
        try use(slots: 1, kinds: [("a", stop, nil), ("b", "exit 3", nil)]) { stage in
            stage.server.add([work("1")])
            stage.run { stage.server.ends.count == 1 }
            stage.server.add([work("2", "b")])
            stage.run { stage.server.ends.count == 2 }
            #expect(stage.runner.counts.succeeded == 1)
        }
    }

    @Test func `has told of a time-out before the server gives up waiting for that`() {
        let most =
            Limits.killMilliseconds + Limits.guardMilliseconds + Limits.pipeDrainMilliseconds
        #expect(most < Limits.runnerTimeoutGraceMilliseconds)
    }

    @Test func `asks for exactly the kinds that it has, and does their jobs`() throws {
        try use(kinds: [("a", "echo hi; echo '{\"result\":1}' >&3", nil), ("b.c", "", nil)]) {
            stage in
            #expect(
                stage.server.waiting == WorkPull(kinds: ["a", "b.c"], queues: [], jobsMax: 4))
            stage.server.add([work("1"), work("2", "b.c")])
            stage.run { stage.server.ends.count == 2 }
            let ends = stage.server.ends.sorted { $0.token < $1.token }
            #expect(ends.map(\.verdict) == [.succeeded(Array("1".utf8)), .succeeded(nil)])
            #expect(stage.server.log("1") == ["hi"])
            #expect(stage.runner.counts.succeeded == 2)
        }
    }

    @Test func `tells the log before the end`() throws {
        try use(kinds: [("a", "seq 1 2000; echo oops >&2; exit 3", nil)]) { stage in
            stage.server.add([work("1")])
            stage.run { stage.server.ends.count == 1 }
            #expect(stage.server.log("1").count == 2_001)
            #expect(stage.server.beats.allSatisfy { $0.allSatisfy { $0.log.count <= 1_000 } })
            guard case .failed(let error, .byPolicy, false) = stage.server.ends[0].verdict else {
                Issue.record("\(stage.server.ends[0])")
                return
            }
            #expect(error.trace == "oops")
        }
    }

    @Test func `runs no more at once than it has room for`() throws {
        try use(slots: 2, kinds: [("a", "cat; sleep 0.2", nil)]) { stage in
            stage.server.add((0..<6).map { work("\($0)") })
            var most = 0
            stage.run {
                most = max(most, stage.runner.counts.running)
                return stage.server.ends.count == 6
            }
            #expect(most == 2)
            #expect(stage.server.pulls.allSatisfy { $0.jobsMax <= 2 })
        }
    }

    @Test func `runs no more of a kind than its concurrency`() throws {
        try use(kinds: [("a", "sleep 0.2", #"{"concurrency":1}"#), ("b", "sleep 0.1", nil)]) {
            stage in
            stage.server.add((0..<4).map { work("a\($0)", "a") })
            stage.run { stage.runner.counts.running == 1 }
            // What waits is asked anew, without the kind that is full.
            stage.run { stage.server.waiting?.kinds == ["b"] }
            #expect(stage.server.waiting?.jobsMax == 3)
            stage.run { stage.server.ends.count == 4 }
            stage.run { stage.server.waiting?.kinds == ["a", "b"] }
        }
    }

    @Test func `notices kinds that come, change and go`() throws {
        try use(kinds: [("a", "exit 1", nil)]) { stage in
            try stage.bench.make("b", "#!/bin/sh\n")
            stage.run { stage.server.waiting?.kinds == ["a", "b"] }
            stage.bench.remove("a")
            stage.run { stage.server.waiting?.kinds == ["b"] }
            try stage.bench.make("c", "#!/bin/sh\n", settings: "{", isExecutable: true)
            stage.run {
                if case .kindsChanged(let catalog, _) = stage.events.last {
                    return catalog.disabled.map(\.name) == ["c"]
                }
                return false
            }
            #expect(stage.server.waiting?.kinds == ["b"])
        }
    }

    @Test func `gives back a job whose kind has gone meanwhile`() throws {
        try use(kinds: [("a", "exit 1", nil)]) { stage in
            stage.server.answer([work("1", "../a"), work("2", "gone")])
            stage.run { stage.server.ends.count == 2 }
            #expect(
                stage.server.ends.map(\.verdict)
                    == Array(repeating: .released(delayMilliseconds: 0), count: 2))
        }
    }

    @Test func `ends a job that was canceled, and says so`() throws {
        try use(kinds: [
            ("a", "trap 'exit 9' TERM; echo up; while :; do sleep 0.2; echo; done", nil)
        ]) { stage in
            stage.server.add([work("1")])
            stage.run { stage.server.log("1").first == "up" }
            stage.server.leases["1"] = .cancel
            stage.run { stage.server.ends.count == 1 }
            guard case .failed(let error, .never, false) = stage.server.ends[0].verdict else {
                Issue.record("\(stage.server.ends[0])")
                return
            }
            #expect(error.type == "canceled")
        }
    }

    @Test func `ends a job whose lease is lost, and tells nobody`() throws {
        try use(kinds: [("a", "trap '' TERM; echo up; while :; do sleep 1000; done", nil)]) {
            stage in
            stage.server.leases["1"] = .lost
            stage.server.add([work("1")])
            stage.run { stage.runner.counts.others == 1 }
            stage.drain()
            #expect(stage.server.ends == [])
            #expect(stage.undelivered == 0)
        }
    }

    @Test func `ends a job that takes too long, by force if it has to`() throws {
        try use(kinds: [("a", "trap '' TERM; while :; do sleep 1000; done", nil)]) { stage in
            stage.server.add([work("1", timeout: 200)])
            stage.run { stage.server.ends.count == 1 }
            guard case .failed(let error, .byPolicy, _) = stage.server.ends[0].verdict else {
                Issue.record("\(stage.server.ends[0])")
                return
            }
            #expect(error.type == "timeout")
        }
    }

    @Test func `lets its kind's own timeout only be lowered`() throws {
        try use(kinds: [("a", "sleep 1000", #"{"timeout":1}"#)]) { stage in
            stage.server.add([work("1", timeout: 3_600_000)])
            stage.run { stage.server.ends.count == 1 }
            #expect(!stage.server.ends[0].verdict.isSuccess)
        }
    }

    @Test func `waits for a server that is away, and loses nothing`() throws {
        try use(kinds: [("a", "echo one; sleep 0.3; echo two", nil)]) { stage in
            stage.server.add([work("1")])
            stage.run { stage.runner.counts.running == 1 }
            stage.server.fault = .away("gone")
            stage.server.serve()
            stage.run { stage.runner.counts.succeeded == 1 && stage.wentAway == 1 }
            #expect(stage.server.ends == [])
            stage.server.fault = nil
            stage.run { stage.server.ends.count == 1 }
            #expect(stage.server.log("1") == ["one", "two"])
            stage.run { stage.server.waiting != nil }
        }
    }

    @Test func `says when it may not work at all`() throws {
        try use(kinds: [("a", "", nil)]) { stage in
            stage.server.fault = .forbidden("bound to other queues")
            stage.server.serve()
            stage.run {
                stage.events.contains { if case .forbidden = $0 { true } else { false } }
            }
            #expect(stage.server.pulls.count == 1)
        }
    }

    @Test func `drains: takes no more, lets programs end, tells of all`() throws {
        try use(kinds: [("a", "sleep 0.3; echo '{\"result\":1}' >&3", nil)]) { stage in
            stage.server.add([work("1"), work("2")])
            stage.run { stage.runner.counts.running == 2 }
            stage.drain()
            #expect(stage.undelivered == 0)
            #expect(stage.server.ends.allSatisfy { $0.verdict.isSuccess })
            #expect(stage.server.ends.count == 2)
            #expect(stage.server.waiting == nil)
        }
    }

    @Test func `gives back what a drain does not wait for`() throws {
        try use(
            drain: 50,
            kinds: [
                ("a", "sleep 1000", nil), ("b", "trap '' TERM; while :; do sleep 1000; done", nil),
            ]
        ) { stage in
            stage.server.add([work("1", "a"), work("2", "b")])
            stage.run { stage.runner.counts.running == 2 }
            stage.drain()
            #expect(stage.undelivered == 0)
            #expect(
                stage.server.ends.map(\.verdict)
                    == Array(repeating: .released(delayMilliseconds: 0), count: 2))
        }
    }

    @Test func `tells what it could not deliver at its end`() throws {
        try use(drain: 50, kinds: [("a", "sleep 1000", nil)]) { stage in
            stage.server.add([work("1")])
            stage.run { stage.runner.counts.running == 1 }
            stage.server.fault = .away("gone")
            stage.drain()
            #expect(stage.undelivered == 1)
        }
    }

    @Test func `makes a program wait whose log nobody takes`() throws {
        try use(kinds: [("a", "yes 0123456789 | head -c 900000; echo >&2", nil)]) { stage in
            stage.server.add([work("1")])
            stage.run { stage.runner.counts.running == 1 }
            stage.server.fault = .away("gone")
            stage.run { stage.wentAway == 1 }
            #expect(stage.runner.counts.running == 1)
            stage.server.fault = nil
            stage.run { stage.server.ends.count == 1 }
            #expect(stage.server.log("1").count == 81_820)
        }
    }

    /// Each comes back as soon as its end is told, as if there were no back-off at all.
    @Test func `starts what exits at once again and again, and nothing else suffers`() throws {
        let count = 500
        try use(slots: 2, kinds: [("a", "echo no >&2; exit 1", nil), ("b", "", nil)]) { stage in
            var told = 0
            stage.server.add([work("a0"), work("a1"), work("b0", "b")])
            stage.run {
                let new = stage.server.ends.count - told
                for _ in 0..<new where told < count {
                    told += 1
                    stage.server.add([work("c\(told)")])
                    if told % 100 == 0 { stage.server.add([work("d\(told)", "b")]) }
                }
                return told == count && stage.runner.counts.running == 0
                    && stage.server.work.isEmpty && stage.server.ends.count >= count
            }
            stage.drain()
            #expect(stage.undelivered == 0)
            // Of the others each was done in its turn, not after all.
            let ends = stage.server.ends.map(\.token)
            #expect(ends.count { $0.hasPrefix("d") } == count / 100)
            for number in stride(from: 100, to: count, by: 100) {
                let place = ends.firstIndex(of: "d\(number)") ?? ends.count
                #expect(place < number + 50, "d\(number) was told as number \(place)")
            }
            // No question and no call more than what was to be asked and told.
            #expect(stage.server.pulls.count <= ends.count + 10)
            #expect(stage.server.beats.count <= ends.count + 100)
        }
    }

    @Test func `asks again when a kind has room, and not before`() {
        var book = WorkBook(slots: 3, queues: ["q"])
        book.catalog = KindCatalog([
            KindFolder(
                name: "a", program: "/a", finding: .executable,
                settings: .bytes(Array(#"{"concurrency":1}"#.utf8))),
            KindFolder(name: "b", program: "/b", finding: .executable, settings: .missing),
        ])
        let all = WorkPull(kinds: ["a", "b"], queues: ["q"], jobsMax: 1)
        #expect(book.wanted() == all)
        book.began("a")
        #expect(book.wanted() == WorkPull(kinds: ["b"], queues: ["q"], jobsMax: 2))
        #expect(book.isOutdated(all, by: book.wanted()))
        book.began("b")
        book.began("b")
        #expect(book.wanted() == nil)
        book.ended("a")
        #expect(book.wanted() == all)
    }

    @Test func `asks for many kinds by turns`() throws {
        var book = WorkBook(slots: 3)
        book.catalog = KindCatalog(
            (100..<250).map {
                KindFolder(
                    name: "k\($0)", program: "/k", finding: .executable, settings: .missing)
            })
        var seen: Set<String> = []
        for _ in 0..<3 {
            let pull = try #require(book.wanted())
            #expect(pull.kinds.count == 64)
            // Who only looks takes nobody's turn.
            #expect(book.wanted() == pull)
            book.asked(pull)
            seen.formUnion(pull.kinds)
        }
        #expect(seen.count == 150)
    }

    @Test func `asks for as many kinds as one question may name without turns`() throws {
        func catalog(_ count: Int) -> KindCatalog {
            KindCatalog(
                (100..<(100 + count)).map {
                    KindFolder(
                        name: "k\($0)", program: "/k", finding: .executable, settings: .missing)
                })
        }
        var book = WorkBook(slots: 3)
        book.catalog = catalog(64)
        let all = try #require(book.wanted())
        #expect(all.kinds.count == 64 && !all.takesTurns)
        // It waits for long, so that it is asked anew when there is another kind, or one less.
        for count in [63, 65] {
            book.catalog = catalog(count)
            let wanted = try #require(book.wanted())
            #expect(wanted.takesTurns == (count > 64) && book.isOutdated(all, by: wanted))
        }
    }

    @Test func `asks for kinds in many queues by turns, each in its own`() throws {
        var book = WorkBook(slots: 3)
        book.catalog = KindCatalog(
            (100..<250).map { number in
                KindFolder(
                    name: "k\(number)", program: "/k", finding: .executable,
                    settings: number == 249
                        ? .missing : .bytes(Array(#"{"queue":"q\#(number)"}"#.utf8)))
            })
        var seen: Set<String> = []
        for _ in 0..<3 {
            let pull = try #require(book.wanted())
            let own = pull.kinds.map { $0 == "k249" ? "default" : "q" + $0.dropFirst() }
            #expect(pull.queues == own.sorted() && pull.queues.count == 64)
            // It ends by itself soon, and is not asked anew before.
            book.asked(pull)
            #expect(!book.isOutdated(pull, by: book.wanted()))
            seen.formUnion(pull.kinds)
        }
        #expect(seen.count == 150)
    }
}

extension Verdict {
    var isSuccess: Bool { if case .succeeded = self { true } else { false } }
}
