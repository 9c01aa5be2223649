import EventLoop
import Glibc
import Programs
import Runner
import Testing

/// A loop, a folder of its own and programs in it.
final class Bench {
    let loop: Loop
    let folder: String
    let nursery: Nursery

    /// The real binary, for its `child-guard`. `WEIR_BINARY` names another to test.
    static let binary: String = {
        if let path = getenv("WEIR_BINARY") { return String(cString: path) }
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return root.joined(separator: "/") + "/.build/debug/weir"
    }()

    private init(_ loop: Loop) throws {
        self.loop = loop
        folder = try PlainFolder.makeUnique("/tmp/weir-bench-")
        nursery = Nursery(loop: loop, program: Bench.binary)
        try PlainFolder.make(folder + "/tmp")
        try PlainFolder.make(folder + "/jobs")
    }

    /// Runs `body` with a bench, and checks that it left nothing: no handle, no descriptor.
    static func use(
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (Bench) throws -> Void
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        let loop = try Loop()
        let bench = try Bench(loop)
        let late = loop.schedule(after: 120_000) {
            Issue.record("the loop did not end within two minutes", sourceLocation: sourceLocation)
            loop.stop()
        }
        do {
            try body(bench)
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
        loop.cancel(late)
        bench.nursery.close()
        bench.run { loop.openHandles() == [] }
        #expect(loop.openHandles() == [], sourceLocation: sourceLocation)
        #expect(loop.close() == 0, sourceLocation: sourceLocation)
        ChildGuard.remove(bench.folder)
    }

    /// Turns until `condition` holds, a minute at most.
    func run(
        sourceLocation: SourceLocation = #_sourceLocation, until condition: () -> Bool
    ) {
        var isLate = false
        let id = loop.schedule(after: 60_000) { isLate = true }
        while !condition(), !isLate {
            // The end of a process that nothing here is joined with wakes no loop.
            let look = loop.schedule(after: 20) {}
            loop.runOnce()
            loop.cancel(look)
        }
        loop.cancel(id)
        #expect(!isLate, "waited a minute in vain", sourceLocation: sourceLocation)
    }

    /// Makes a kind whose program is this text, or these bytes.
    @discardableResult
    func make(
        _ name: String, _ text: String, settings: String? = nil, isExecutable: Bool = true
    ) throws -> String {
        try make(name, Array(text.utf8), settings: settings, isExecutable: isExecutable)
    }

    @discardableResult
    func make(
        _ name: String, _ bytes: [UInt8], settings: String? = nil, isExecutable: Bool = true
    ) throws -> String {
        let path = folder + "/jobs/" + name
        try PlainFolder.make(path)
        if let settings {
            try PlainFile.make(path + "/job.json", Array(settings.utf8), isExecutable: false)
        }
        // Under another name first: a program that is still being written cannot be started, and
        // any test beside this one may fork while it is.
        try PlainFile.make(path + "/new", bytes, isExecutable: isExecutable)
        try #require(rename(path + "/new", path + "/run") == 0)
        return path + "/run"
    }

    func remove(_ name: String) { ChildGuard.remove(folder + "/jobs/" + name) }

    /// What has to be gone at the end: names of files in the folder of temporary folders.
    var leftovers: [String] {
        (try? PlainFolder.entries(folder + "/tmp", countMax: 100).map(\.name)) ?? ["unreadable"]
    }

    /// What one program did, from its start to its end.
    struct Run {
        var end: ProgramEnd?
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var channel: [UInt8] = []

        var outputText: String { String(decoding: output, as: UTF8.self) }
        var numbers: [Int32] { outputText.split(separator: "\n").compactMap { Int32($0) } }
    }

    /// Runs a shell script to its end. `during` is called with each piece of its output.
    func run(
        script: String, payload: [UInt8] = Array("{}".utf8), limits: JobSettings = JobSettings(),
        environment: [String] = [], groups: String = "",
        during: @escaping (GuardedProgram, Run) -> Void = { _, _ in }
    ) throws -> Run {
        let name = "kind\(UInt64.random(in: 0...UInt64.max))"
        return try run(
            program: try make(name, "#!/bin/sh\n" + script + "\n"), payload: payload,
            limits: limits, environment: environment, groups: groups, during: during)
    }

    func run(
        program path: String, payload: [UInt8] = Array("{}".utf8),
        limits: JobSettings = JobSettings(), environment: [String] = [], groups: String = "",
        during: @escaping (GuardedProgram, Run) -> Void = { _, _ in }
    ) throws -> Run {
        var run = Run()
        var program: GuardedProgram?
        let order = GuardOrder(
            program: path, folder: folder + "/tmp", name: "job_1", groups: groups, limits: limits,
            environment: ["PATH=/usr/bin:/bin"] + environment)
        program = try GuardedProgram(
            loop: loop, nursery: nursery, order: order, payload: payload,
            onBytes: { stream, bytes in
                switch stream {
                case .output: run.output += bytes
                case .errors: run.errors += bytes
                case .channel: run.channel += bytes
                }
                if let program { during(program, run) }
            }, onEnd: { run.end = $0 })
        self.run { run.end != nil }
        guard run.end?.cause != .unstarted(.exec, error: ETXTBSY) else {
            // Another test forked while this program was being written, and has not yet let go.
            return try self.run(
                program: path, payload: payload, limits: limits, environment: environment,
                groups: groups, during: during)
        }
        return run
    }

    /// True once no process has this number: a zombie counts as gone.
    static func isGone(_ process: Int32) -> Bool { kill(process, 0) != 0 && errno == ESRCH }
}
