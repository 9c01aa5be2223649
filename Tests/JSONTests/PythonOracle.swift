import Glibc

/// Python's `json` as a second opinion: one process judges all documents of a test.
enum PythonOracle {
    /// What Python says of a document.
    enum Verdict: Equatable {
        /// It is JSON, and this is its canonical form.
        case accepted([UInt8])
        case refused(String)
    }

    /// Why there is no judgement.
    struct Failure: Error {
        let reason: String
    }

    /// Judges documents by fixtures/json/oracle.py, which describes what goes in and out.
    static func judge(_ documents: [[UInt8]], file: String = #filePath) throws -> [Verdict] {
        // Tests/JSONTests/PythonOracle.swift is three steps below the top.
        let root = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/")
        var folder = Array(("/tmp/weir-json-" + String(repeating: "X", count: 6)).utf8CString)
        guard mkdtemp(&folder) != nil else { throw Failure(reason: "no temporary folder") }
        let path = folder.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer {
            for name in ["in", "out"] { unlink("\(path)/\(name)") }
            rmdir(path)
        }
        // Files instead of pipes, so that neither side can wait for the other.
        var input: [UInt8] = []
        for document in documents {
            append(count: document.count, to: &input)
            input += document
        }
        try write(input, to: path + "/in")
        try run(["python3", "-X", "utf8", root + "/fixtures/json/oracle.py"], in: path)
        return try verdicts(read(path + "/out"), count: documents.count)
    }

    private static func append(count: Int, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(count >> shift & 0xFF)) }
    }

    private static func verdicts(_ bytes: [UInt8], count: Int) throws -> [Verdict] {
        var verdicts: [Verdict] = []
        var position = 0
        while position + 5 <= bytes.count {
            let length = bytes[(position + 1)..<(position + 5)].reduce(0) { $0 << 8 | Int($1) }
            let start = position + 5
            guard start + length <= bytes.count else { break }
            let text = Array(bytes[start..<start + length])
            verdicts.append(
                bytes[position] == UInt8(ascii: "A")
                    ? .accepted(text) : .refused(String(decoding: text, as: UTF8.self)))
            position = start + length
        }
        guard verdicts.count == count, position == bytes.count else {
            throw Failure(reason: "\(verdicts.count) verdicts for \(count) documents")
        }
        return verdicts
    }

    /// Runs a program between the files `in` and `out` of a folder.
    private static func run(_ arguments: [String], in folder: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, folder + "/in", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, folder + "/out", O_WRONLY | O_CREAT | O_EXCL, 0o600)
        let environment = ["PATH", "HOME"].compactMap { (name: String) -> String? in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var process = pid_t()
        let error = posix_spawnp(&process, arguments[0], &actions, nil, &words, &variables)
        guard error == 0 else {
            throw Failure(reason: "\(arguments[0]): \(String(cString: strerror(error)))")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        guard status == 0 else { throw Failure(reason: "\(arguments[0]) ended with \(status)") }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else { throw Failure(reason: "cannot write \(path)") }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else {
            throw Failure(reason: "cannot write \(path)")
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw Failure(reason: "cannot read \(path)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return bytes
    }
}
