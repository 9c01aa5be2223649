import Core
import EventLoop
import HTTPClient
import Runner
import Store

/// The program: finds the command, runs it, ends with its code.
package enum WeirProgram {
    /// Never returns.
    package static func main(_ words: [String] = CommandLine.arguments) -> Never {
        var code = run(Array(words.dropFirst()))
        if code == .ok, Terminal.hasLostText {
            // It was done, but a key that is shown once is seen by nobody.
            Terminal.complain("it is done, but standard output could not be written")
            code = .failed
        }
        ProcessEnvironment.exitNow(code.rawValue)
    }

    /// What a call comes to.
    static func run(_ words: [String]) -> ExitCode {
        var rest = words[...]
        // No command for people: the process that runs the programs of jobs.
        if words == [ChildGuard.word] { ProcessEnvironment.exitNow(ChildGuard.run()) }
        guard let name = rest.popFirst(), name != "--help", name != "-h", name != "help" else {
            return Help.show(Array(rest))
        }
        if ["--version", "-V", "version"].contains(name) {
            Terminal.line("weir \(ProgramVersion.text)")
            return .ok
        }
        guard let command = Catalog.find(name, &rest) else {
            Terminal.complain(Catalog.complaint(of: name, rest))
            return .usage
        }
        if rest.contains("--help") || rest.contains("-h") { return Help.show(command) }
        do {
            return try command.run(try Arguments(Array(rest), for: command))
        } catch let error as Arguments.UsageError {
            return refuse(error, command)
        } catch let error as ClientError {
            Terminal.complain(error.description)
            return .unreachable
        } catch let error as APIError {
            return tell(error, command)
        } catch let error as StoreError where error.kind == .unfit {
            Terminal.complain(error.message)
            return .usage
        } catch {
            Terminal.complain("\(error)")
            return .failed
        }
    }

    private static func refuse(_ error: Arguments.UsageError, _ command: Command) -> ExitCode {
        Terminal.complain(
            "\(error.message)\n  \(command.usage)\n  `weir help \(command.name)` says more")
        return .usage
    }

    /// A value is as wrong when the server finds it as when the program does.
    private static func tell(_ error: APIError, _ command: Command) -> ExitCode {
        if let usage = error.usageError(of: command) { return refuse(usage, command) }
        switch error.status {
        case 401:
            Terminal.complain("the server does not know this key; give another: --key or WEIR_KEY")
            return .notPermitted
        case 403:
            Terminal.complain(error.sentence(for: command))
            return .notPermitted
        default:
            Terminal.complain(error.sentence(for: command))
            return .failed
        }
    }
}
