import Core
import EventLoop

/// `weir plans …`.
enum PlansCommand {
    static let check = Command(
        name: "plans check", arguments: "FILE",
        summary: "Check a file of plans; - reads it from standard input. Needs no server.",
        argumentsMin: 1, argumentsMax: 1,
        options: [Option(flag: "json", "an answer for programs")],
        notes: [
            "A line per plan, or one per mistake with its path: docs/plans.md has every field.",
            "Variables that a price_env names are read here as the server would read them; one",
            "that is unset is told and is no mistake.",
        ],
        run: { arguments in
            let file = arguments.positionals[0]
            let bytes: [UInt8]
            do throws(PlainFile.Fault) {
                guard let found = try read(file) else {
                    Terminal.complain("standard input cannot be read, or is far too long")
                    return .failed
                }
                bytes = found
            } catch {
                Terminal.complain("\(file) cannot be read: \(error)")
                return .failed
            }
            let check = PlanCheck(bytes, environment: ProcessEnvironment.value)
            if arguments.has("json") {
                Terminal.write(String(decoding: check.json, as: UTF8.self) + "\n")
            } else {
                let name = file == "-" ? "standard input" : file
                for line in check.lines(file: name) { Terminal.line(line) }
            }
            return check.code
        })

    /// The file's bytes; nil if standard input gives none. More than a plan file may have are not
    /// all read: the reader of plans says so.
    private static func read(_ file: String) throws(PlainFile.Fault) -> [UInt8]? {
        let bytesMax = Limits.planFileBytesMax
        guard file == "-" else { return try PlainFile.read(file, bytesMax: bytesMax) }
        return StandardInput.read(bytesMax: 2 * bytesMax)
    }
}
