import Glibc

/// One call of the real binary, to its end.
struct WeirCall {
    /// What it said, on both streams.
    let text: String
    let code: Int32

    /// Runs `weir` with these words, an environment that has nothing else, and this standard input;
    /// for so long at most, then `code` is 137.
    init(
        _ words: [String], environment: [String: String] = [:], input: String = "",
        seconds: Int = 60
    ) {
        let variables = environment.map { "\($0)=\($1)" }
        // A server that starts where it should be refused would else never end.
        let call =
            ["/usr/bin/timeout", "-s", "KILL", "\(seconds)", "/usr/bin/env", "-i"] + variables + [
                ServerProcess.binary
            ]
            + words
        let line =
            "printf %s \(WeirCall.quoted(input)) | "
            + call.map(WeirCall.quoted).joined(separator: " ") + " 2>&1"
        guard let pipe = popen(line, "r") else {
            (text, code) = ("cannot run it: \(errno)", -1)
            return
        }
        var output: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&part, 1, part.count, pipe), count > 0 {
            output += part[..<count]
        }
        let status = pclose(pipe)
        (text, code) = (String(decoding: output, as: UTF8.self), status >> 8 & 0xFF)
    }

    private static func quoted(_ word: String) -> String {
        "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
