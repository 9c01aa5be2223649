import Glibc

/// A program that the bench starts, and what it writes.
final class ChildProcess {
    let id: Int32
    private let output: Int32
    private var hasEnded = false

    /// Which stream is read.
    enum Stream: Int32 {
        case output = 1
        case errors = 2
    }

    /// Starts `words`, the first of which is a path or found on PATH, in this program's
    /// environment. One stream is read here, the other is dropped.
    init(_ words: [String], reading stream: Stream) throws(BenchError) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0,
            fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0
        else { throw BenchError("no pipe: error \(errno)") }
        output = ends[0]
        let other: Int32 = stream == .output ? 2 : 1
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], stream.rawValue)
        unsafe posix_spawn_file_actions_addopen(&actions, other, "/dev/null", O_WRONLY, 0)
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var id: pid_t = 0
        let code = unsafe posix_spawnp(&id, words[0], &actions, nil, &arguments, environ)
        unsafe arguments.forEach { unsafe free($0) }
        unsafe posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        self.id = id
        guard code == 0 else {
            hasEnded = true
            close(output)
            throw BenchError("cannot start \(words[0]): error \(code)")
        }
    }

    deinit {
        if !hasEnded { kill(id, SIGKILL) }
        _ = waitForEnd()
    }

    /// The next line, without its end; nil when there are no more.
    func readLine() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// Asks the program to stop.
    func terminate() { kill(id, SIGTERM) }

    /// Waits for the end and gives the exit code, or minus the signal that ended it.
    func waitForEnd() -> Int32 {
        guard !hasEnded else { return 0 }
        hasEnded = true
        while readLine() != nil {}
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        close(output)
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }
}
