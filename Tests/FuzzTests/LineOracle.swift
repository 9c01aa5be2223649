import Glibc

/// A Python program that judges many cases in one process: a case is a line of hex that goes in,
/// a verdict is a line that comes out.
struct LineOracle {
    /// The words of the command.
    let command: [String]

    /// Why there are no verdicts.
    struct Failure: Error {
        let reason: String
    }

    /// The verdicts, one a case.
    func verdicts(on cases: [[UInt8]]) throws -> [String] {
        var folder = Array(("/tmp/weir-fuzz-" + String(repeating: "X", count: 6)).utf8CString)
        guard mkdtemp(&folder) != nil else { throw Failure(reason: "no temporary folder") }
        let path = folder.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer {
            for name in ["in", "out"] { unlink("\(path)/\(name)") }
            rmdir(path)
        }
        // Files instead of pipes, so that neither side can wait for the other.
        var input: [UInt8] = []
        for bytes in cases { input += LineOracle.hex(bytes).utf8 + [0x0A] }
        guard Folder.write(input, to: path + "/in") else {
            throw Failure(reason: "cannot write below \(path)")
        }
        let status = try run(between: path + "/in", and: path + "/out")
        guard status == 0 else {
            throw Failure(reason: "\(command.joined(separator: " ")) ended with \(status)")
        }
        let lines = (Folder.read(path + "/out") ?? []).split(
            separator: 0x0A, omittingEmptySubsequences: false
        ).dropLast().map { String(decoding: $0, as: UTF8.self) }
        guard lines.count == cases.count else {
            throw Failure(reason: "\(lines.count) verdicts for \(cases.count) cases")
        }
        return lines
    }

    /// Two digits a byte.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Runs the command and returns its wait status.
    private func run(between input: String, and output: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        let environment = ["PATH", "HOME"].compactMap { (name: String) -> String? in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var process = pid_t()
        let error = posix_spawnp(&process, command[0], &actions, nil, &words, &variables)
        guard error == 0 else {
            throw Failure(reason: "\(command[0]): \(String(cString: strerror(error)))")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        return status
    }
}
