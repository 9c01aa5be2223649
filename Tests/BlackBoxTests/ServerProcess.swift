import Glibc

/// The real binary, serving from a folder of its own. `WEIR_BINARY` names another to test.
final class ServerProcess {
    static let adminKey = "weir_admin_0123456789abcdef0123456789abcdef"
    let folder: String
    private(set) var port = 0
    private(set) var process: pid_t = 0
    private var errors: Int32 = -1
    private(set) var log = ""

    /// `adminKey` is in its environment; with nil it makes one. It runs no jobs itself unless the
    /// flags say `--runners`.
    init(
        folder: String? = nil, flags: [String] = ["--test-clock"],
        adminKey: String? = ServerProcess.adminKey, environment: [String: String] = [:],
        listen: Int = 0
    ) throws {
        self.folder =
            folder ?? "/tmp/weir-box-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        try start(flags, adminKey, environment, listen)
    }

    deinit {
        if process != 0 { kill(process, SIGKILL) }
        waitForEnd()
    }

    static let binary: String = {
        if let path = getenv("WEIR_BINARY") { return String(cString: path) }
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return root.joined(separator: "/") + "/.build/debug/weir"
    }()

    struct StartFailure: Error {
        let log: String
    }

    private func start(
        _ flags: [String], _ adminKey: String?, _ others: [String: String], _ listen: Int
    ) throws {
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0, fcntl(pipes[0], F_SETFD, FD_CLOEXEC) == 0,
            fcntl(pipes[1], F_SETFD, FD_CLOEXEC) == 0
        else { throw StartFailure(log: "no pipe") }
        errors = pipes[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        let words =
            [
                Self.binary, "serve", "--data", folder, "--listen", "127.0.0.1:\(listen)",
                "--log", "json",
            ] + (flags.contains("--runners") ? [] : ["--runners", "0"]) + flags
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let variables =
            ["PATH=/usr/bin:/bin"] + (adminKey.map { ["WEIR_ADMIN_KEY=" + $0] } ?? [])
            + others.map { "\($0)=\($1)" }
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        let code = posix_spawn(&process, Self.binary, &actions, nil, &arguments, &environment)
        (arguments + environment).forEach { free($0) }
        posix_spawn_file_actions_destroy(&actions)
        close(pipes[1])
        guard code == 0 else {
            process = 0
            throw StartFailure(log: "cannot start \(Self.binary): error \(code)")
        }
        while let line = readLine() {
            guard line.contains("\"server.listening\"") else { continue }
            let digits = line.split(separator: ":").compactMap { part in
                Int(part.prefix { $0.isNumber })
            }
            port = digits.first { $0 > 1_024 } ?? 0
            return
        }
        throw StartFailure(log: log)
    }

    private func readLine() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(errors, &byte, 1) == 1 {
            if byte == 10 {
                let text = String(decoding: line, as: UTF8.self)
                log += text + "\n"
                return text
            }
            line.append(byte)
        }
        return nil
    }

    func signal(_ number: Int32) { kill(process, number) }

    /// The next line of the log that tells of `event`; nil if the server ends before.
    func waitForLine(_ event: String) -> String? {
        while let line = readLine() {
            if line.contains("\"\(event)\"") { return line }
        }
        return nil
    }

    /// Waits for the process to end by itself and returns its exit code, or minus its signal.
    @discardableResult
    func waitForEnd() -> Int32 {
        guard process != 0 else { return 0 }
        while readLine() != nil {}
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        process = 0
        close(errors)
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }

    /// Bytes of memory that only this process has, from the kernel.
    var residentKilobytes: Int {
        guard let file = fopen("/proc/\(process)/status", "r") else { return 0 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        while fgets(&buffer, 256, file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            guard line.hasPrefix("VmRSS:") else { continue }
            return Int(line.filter(\.isNumber)) ?? 0
        }
        return 0
    }
}
