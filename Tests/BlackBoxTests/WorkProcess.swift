import Glibc
import Testing

/// `weir work`, or another worker, as a process of its own.
final class WorkProcess {
    private(set) var process: pid_t = 0
    private let logPath: String

    /// Starts `weir work` for a server. `environment` is all that it has, `group` a control group
    /// that it is put into first, after a shell with its number did what is `before` that: `WITH`
    /// are words to start it with.
    convenience init(
        _ house: House, jobs: String, flags: [String] = [], environment: [String] = [],
        key: String? = nil, group: String? = nil, before: String = ":"
    ) throws {
        let enter = group.map {
            [
                "/bin/sh", "-c",
                "\(before) && echo $$ > \($0)/cgroup.procs && exec $WITH \"$@\"", "sh",
            ]
        }
        try self.init(
            (enter ?? []) + [
                ServerProcess.binary, "work", "--url", house.url, "--key", key ?? house.workerKey,
                "--jobs", jobs, "--log", "json",
            ] + flags, environment: environment)
    }

    /// Starts the program of docs/worker-library.md for a server.
    convenience init(example house: House, key: String? = nil) throws {
        let folder = ServerProcess.binary.split(separator: "/", omittingEmptySubsequences: false)
            .dropLast().joined(separator: "/")
        try self.init(
            [folder + "/HelloWorker"],
            environment: ["WEIR_URL=\(house.url)", "WEIR_KEY=\(key ?? house.workerKey)"])
    }

    private init(_ words: [String], environment: [String]) throws {
        logPath = "/tmp/weir-work-log-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 2, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            (["PATH=/usr/bin:/bin"] + environment).map { strdup($0) } + [nil]
        let code = posix_spawn(
            &process, words[0], &actions, nil, &arguments, &variables)
        (arguments + variables).forEach { free($0) }
        posix_spawn_file_actions_destroy(&actions)
        guard code == 0 else {
            process = 0
            throw ServerProcess.StartFailure(log: "cannot start \(words[0]): error \(code)")
        }
    }

    deinit {
        signal(SIGKILL)
        waitForEnd()
        unlink(logPath)
    }

    func signal(_ number: Int32) { if process != 0 { kill(process, number) } }

    /// Its exit code, or minus its signal.
    @discardableResult
    func waitForEnd() -> Int32 {
        guard process != 0 else { return 0 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        process = 0
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }

    /// What it has said.
    var log: String {
        guard let file = fopen(logPath, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&part, 1, part.count, file), count > 0 {
            bytes += part[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits until it has said this, a minute at most.
    func waitForLine(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for _ in 0..<3_000 where !log.contains(text) { poll(nil, 0, 20) }
        #expect(log.contains(text), "\(log)", sourceLocation: sourceLocation)
    }

    /// How many descriptors it has open.
    var descriptorCount: Int { WorkProcess.descriptorCount(of: process) }

    static func descriptorCount(of process: pid_t) -> Int { entries("/proc/\(process)/fd").count }

    /// Waits until no process has this text in its environment; those that stay, if some do. A
    /// process that is just becoming another shows no environment, so once is not enough.
    static func waitUntilGone(marked marker: String) -> [Int32] {
        var cleanCount = 0
        for _ in 0..<1_000 where cleanCount < 5 {
            cleanCount = processes(marked: marker).isEmpty ? cleanCount + 1 : 0
            poll(nil, 0, 10)
        }
        return processes(marked: marker)
    }

    /// The processes whose environment has this text, zombies left out.
    static func processes(marked marker: String) -> [Int32] {
        entries("/proc").compactMap { Int32($0) }.filter { process in
            guard let file = fopen("/proc/\(process)/environ", "r") else { return false }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = fread(&bytes, 1, bytes.count, file)
            return String(decoding: bytes[..<count], as: UTF8.self).contains(marker)
        }
    }

    private static func entries(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
