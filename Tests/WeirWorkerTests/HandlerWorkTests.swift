import Programs
import Runner
import Synchronization
import Testing

@testable import WeirWorker

/// One at a time: each waits for tasks, which need a thread of the pool that tests run on too.
@Suite(.serialized) struct `Work by handlers` {
    private struct Payload: Decodable {}

    private func handler(
        _ kind: String = "a", concurrency: Int? = nil,
        _ body: @escaping @Sendable (JobContext) async throws -> Int
    ) -> Handler {
        var settings = JobSettings()
        settings.concurrency = concurrency
        return Handler(kind, settings, write: Handler.write) { (_: Payload, context) in
            try await body(context)
        }
    }

    private func work(_ token: String, _ kind: String = "a", timeout: Int64? = nil) -> LeasedWork {
        LeasedWork(token: token, id: "job_" + token, kind: kind, timeoutMilliseconds: timeout)
    }

    /// Ends when its task is canceled, and not before.
    private static func waitForCancel() async throws { try await Latch().wait() }

    @Test func `is asked for by kind, done, and told with its news`() throws {
        try Stage.use(
            handler("a") { context in
                context.log("hi")
                context.progress(50, "half")
                context.usage("tokens", 2)
                return context.attempt
            }, handler("b") { _ in throw JobFailure.dead(type: "t", message: "m") }
        ) { stage in
            #expect(stage.pulls == [WorkPull(kinds: ["a", "b"], queues: [], jobsMax: 4)])
            stage.add(work("1"), work("2", "b"))
            stage.run { stage.ends.count == 2 }
            let ends = stage.ends.sorted { $0.token < $1.token }
            try #require(ends.count == 2)
            #expect(ends[0].verdict == .succeeded([49]))
            #expect(ends[0].usage == ["tokens": 2])
            #expect(stage.log("1") == ["hi"])
            #expect(stage.beats.joined().compactMap(\.progress).first?.percent == 50)
            guard case .failed(let error, .never, false) = ends[1].verdict else {
                Issue.record("\(ends[1])")
                return
            }
            #expect(error == WorkError(type: "t", message: "m"))
        }
    }

    @Test func `runs no more at once than the worker and the kind have room for`() throws {
        let running = Mutex((a: 0, b: 0, most: 0, mostOfA: 0))
        let latch = Latch()
        func counted(_ isA: Bool) -> @Sendable (JobContext) async throws -> Int {
            { _ in
                running.withLock {
                    if isA { $0.a += 1 } else { $0.b += 1 }
                    $0.most = max($0.most, $0.a + $0.b)
                    $0.mostOfA = max($0.mostOfA, $0.a)
                }
                try await latch.wait()
                running.withLock { if isA { $0.a -= 1 } else { $0.b -= 1 } }
                return 1
            }
        }
        try Stage.use(
            slots: 3, handler("a", concurrency: 1, counted(true)), handler("b", counted(false))
        ) { stage in
            for number in 0..<5 {
                stage.add(work("a\(number)"), work("b\(number)", "b"), work("c\(number)", "b"))
            }
            stage.run { running.withLock { $0.a + $0.b == 3 } }
            latch.open()
            stage.run { stage.ends.count == 15 }
            running.withLock { #expect($0.most == 3 && $0.mostOfA == 1) }
        }
    }

    @Test(arguments: [WorkLease.cancel, .lost])
    func `is canceled with its job, and when its lease is lost`(lease: WorkLease) throws {
        let sawCancel = Mutex(false)
        try Stage.use(
            handler { context in
                context.log("up")
                do {
                    try await Self.waitForCancel()
                } catch {
                    sawCancel.withLock { $0 = context.isCancelled && Task.isCancelled }
                    throw error
                }
                return 1
            }
        ) { stage in
            stage.add(work("1"))
            stage.run { stage.log("1") == ["up"] }
            stage.leases["1"] = lease
            stage.run { stage.runner.counts.running == 0 }
            stage.drain()
            #expect(sawCancel.withLock { $0 })
            switch lease {
            case .cancel:
                guard case .failed(let error, .never, _)? = stage.ends.first?.verdict else {
                    Issue.record("\(stage.ends)")
                    return
                }
                #expect(error.type == "canceled")
            case .lost, .extended: #expect(stage.ends == [])
            }
        }
    }

    @Test func `is canceled when it takes too long`() throws {
        try Stage.use(
            handler { _ in
                try await Self.waitForCancel()
                return 1
            }
        ) { stage in
            stage.add(work("1", timeout: 100))
            stage.run { stage.ends.count == 1 }
            guard case .failed(let error, .byPolicy, _) = try #require(stage.ends.first).verdict
            else {
                Issue.record("\(stage.ends)")
                return
            }
            #expect(error.type == "timeout")
        }
    }

    /// A server takes bodies up to a bound, in which each of these bytes has six.
    @Test func `says no more in one heartbeat than a server takes`() throws {
        let latch = Latch()
        try Stage.use(
            slots: 300,
            handler { context in
                context.progress(1, String(repeating: "\u{1}", count: 1_000))
                try await latch.wait()
                return 1
            }
        ) { stage in
            for number in 0..<300 { stage.add(work("\(number)")) }
            stage.run {
                Set(stage.beats.joined().filter { $0.progress != nil }.map(\.token)).count == 300
            }
            let sizes = stage.beats.map { beats in
                beats.reduce(0) { $0 + ($1.progress?.message?.utf8.count ?? 0) }
            }
            #expect(sizes.allSatisfy { $0 <= 129 << 10 }, "\(sizes)")
            latch.open()
            stage.run { stage.ends.count == 300 }
        }
    }

    @Test func `a drain lets it end`() throws {
        let latch = Latch()
        try Stage.use(
            handler { _ in
                try await latch.wait()
                return 1
            }
        ) { stage in
            stage.add(work("1"))
            stage.run { stage.runner.counts.running == 1 }
            stage.runner.drain { [unowned stage] in stage.undelivered = $0 }
            latch.open()
            stage.run { stage.undelivered != nil }
            #expect(stage.undelivered == 0)
            #expect(stage.ends.map(\.verdict) == [.succeeded([49])])
        }
    }

    @Test func `a drain gives back what does not end in its time`() throws {
        try Stage.use(
            drain: 100,
            handler { _ in
                try await Self.waitForCancel()
                return 1
            }
        ) { stage in
            stage.add(work("1"))
            stage.run { stage.runner.counts.running == 1 }
            stage.drain()
            #expect(stage.undelivered == 0)
            #expect(stage.ends.map(\.verdict) == [.released(delayMilliseconds: 0)])
        }
    }

    @Test func `a server that is away is told when it is back`() throws {
        let latch = Latch()
        try Stage.use(
            handler { _ in
                try await latch.wait()
                return 1
            }
        ) { stage in
            stage.add(work("1"))
            stage.run { stage.runner.counts.running == 1 }
            stage.fault = .away("gone")
            latch.open()
            stage.run { stage.runner.counts.succeeded == 1 && stage.ends == [] }
            stage.fault = nil
            stage.run { stage.ends.count == 1 }
            #expect(stage.ends.map(\.verdict) == [.succeeded([49])])
        }
    }
}
