import Core
import Glibc
import Testing

@testable import Billing

@Suite struct `Signatures beside Python's hmac` {
    private static let now = Timestamp(milliseconds: 1_793_523_600_000)

    @Test func `ten thousand random headers and bodies are judged alike`() throws {
        var random = Random(seed: 5)
        let cases = (0..<10_000).map { _ in Self.randomCase(&random) }
        let theirs = try Self.verdicts(on: cases)
        try #require(theirs.count == cases.count)
        let secrets = WebhookSecrets([.init("whsec_new"), .init("whsec_old")])
        var seen: [String: Int] = [:]
        for (index, (header, body)) in cases.enumerated() {
            let verdict = WebhookSignature.check(
                header: header, body: body, secrets: secrets, now: Self.now,
                toleranceMilliseconds: 300_000)
            let ours =
                switch verdict {
                case .signed(let secret, _): "\(secret)"
                case .refused: "-"
                }
            seen[ours, default: 0] += 1
            guard ours != theirs[index] else { continue }
            Issue.record("case \(index): \(verdict), Python \(theirs[index]): \(header)")
            return
        }
        // Both answers come often enough that the comparison says something.
        #expect(["0", "1", "-"].allSatisfy { seen[$0, default: 0] > 500 }, "\(seen)")
    }

    // MARK: Cases

    private static func randomCase(_ random: inout Random) -> (String, [UInt8]) {
        let count = Int.random(in: 0...200, using: &random)
        let body = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let skew = [0, 1, 299, 300, 301, -300, -301, 100_000].randomElement(using: &random) ?? 0
        let seconds = now.milliseconds / 1_000 - Int64(skew)
        let signed = ["whsec_new", "whsec_old", "whsec_other"].shuffled(using: &random)
            .prefix(Int.random(in: 1...2, using: &random))
        var parts = WebhookSigner.header(
            body: body, secrets: Array(signed), at: Timestamp(milliseconds: seconds * 1_000)
        ).split(separator: ",").map(String.init)
        for _ in 0..<Int.random(in: 0...2, using: &random) { change(&parts, &random) }
        var header = parts.joined(separator: ",")
        if Int.random(in: 0..<10, using: &random) == 0 { damage(&header, &random) }
        return (header, body)
    }

    private static func change(_ parts: inout [String], _ random: inout Random) {
        let index = Int.random(in: 0..<parts.count, using: &random)
        switch Int.random(in: 0..<11, using: &random) {
        case 0: parts.shuffle(using: &random)
        case 1: parts[index] = parts[index].uppercased()
        case 2: parts[index] = " " + parts[index]
        case 3: parts.append(parts[index])
        case 4: parts.append("v0=" + String(repeating: "a", count: 64))
        case 5: parts += Array(repeating: "v1=00", count: Int.random(in: 1...17, using: &random))
        case 6: parts[index] += "="
        case 7: parts.append("x=" + String(repeating: "y", count: 4_000))
        case 8: parts[index] = parts[index].replacing("t=", with: "t=0")
        case 9: parts.append("")
        default: parts[index] = String(parts[index].dropLast())
        }
        if parts.isEmpty { parts = [""] }
    }

    private static func damage(_ header: inout String, _ random: inout Random) {
        var bytes = Array(header.utf8)
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = UInt8.random(in: 0x20...0x7E, using: &random)
        header = String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Python

    /// One verdict a case. The cases go through a file, so that neither side waits for the other.
    private static func verdicts(on cases: [(String, [UInt8])]) throws -> [String] {
        let digits = Array("0123456789abcdef".utf8)
        var input: [UInt8] = []
        for (header, body) in cases {
            for byte in Array(header.utf8) + [0] + body {
                input += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
            input.append(0x0A)
        }
        var folder = Array(
            ("/tmp/weir-signatures-" + String(repeating: "X", count: 6)).utf8CString)
        try #require(mkdtemp(&folder) != nil)
        let path = folder.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer {
            for name in ["in", "out"] { unlink("\(path)/\(name)") }
            rmdir(path)
        }
        let file = try #require(fopen(path + "/in", "w"))
        #expect(fwrite(input, 1, input.count, file) == input.count)
        #expect(fclose(file) == 0)
        let status = try run(
            ["python3", Fixture.folder + "signature_oracle.py"], from: path + "/in",
            to: path + "/out")
        #expect(status == 0, "python3 ended with \(status)")
        let output = try #require(fopen(path + "/out", "r"))
        defer { fclose(output) }
        var lines: [String] = []
        while let byte = Optional(fgetc(output)), byte != EOF {
            if byte != 0x0A { lines.append(String(UnicodeScalar(UInt8(byte)))) }
        }
        return lines
    }

    private static func run(
        _ command: [String], from input: String, to output: String
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        let path = getenv("PATH").map { "PATH=" + String(cString: $0) } ?? "PATH=/usr/bin"
        var words = command.map { strdup($0) } + [nil]
        var variables = [strdup(path), nil]
        defer { for word in words + variables { free(word) } }
        var process = pid_t()
        let error = posix_spawnp(&process, command[0], &actions, nil, &words, &variables)
        try #require(error == 0, "python3: \(String(cString: strerror(error)))")
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        return status
    }
}
