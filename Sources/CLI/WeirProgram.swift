import EventLoop
import HTTPClient

/// The program: finds the command, runs it, ends with its code.
package enum WeirProgram {
    /// Never returns.
    package static func main(_ words: [String] = CommandLine.arguments) -> Never {
        ProcessEnvironment.exitNow(run(Array(words.dropFirst())).rawValue)
    }

    /// What a call comes to.
    static func run(_ words: [String]) -> ExitCode {
        var rest = words[...]
        guard let name = rest.popFirst(), name != "--help", name != "-h", name != "help" else {
            return Help.show(rest.first)
        }
        guard let command = Catalog.find(name, &rest) else {
            let hint =
                Spelling.closest(to: name, among: Catalog.names)
                .map { "; did you mean '\($0)'?" } ?? "; `weir help` lists what there is"
            Terminal.complain("there is no command '\(name)'\(hint)")
            return .usage
        }
        if rest.contains("--help") || rest.contains("-h") { return Help.show(command) }
        do {
            return try command.run(try Arguments(Array(rest), for: command))
        } catch let error as Arguments.UsageError {
            Terminal.complain("\(error.message)\n  \(command.usage)")
            return .usage
        } catch let error as ClientError {
            Terminal.complain(error.description)
            return .unreachable
        } catch let error as APIError {
            Terminal.complain(error.detail)
            return error.status == 401 || error.status == 403 ? .notPermitted : .failed
        } catch {
            Terminal.complain("\(error)")
            return .failed
        }
    }
}
