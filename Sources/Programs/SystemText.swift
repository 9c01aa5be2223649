/// The words for numbers that the system gives.
package struct SystemText: Sendable {
    private let errorText: @Sendable (Int32) -> String

    /// `errorText` gives the system's words for an error number.
    package init(errorText: @escaping @Sendable (Int32) -> String) { self.errorText = errorText }

    /// The name of a signal, as on Linux.
    package func signal(_ number: Int32) -> String {
        let names = [
            1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT",
            7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2",
            13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ",
            31: "SIGSYS",
        ]
        return names[Int(number)] ?? "signal \(number)"
    }

    /// Why a program could not be started, with what usually helps.
    package func startError(_ number: Int32) -> String {
        let hint =
            switch number {
            case 2: "; the file or the interpreter of its first line is not there"
            case 7: "; the variables that 'env' names are too large"
            case 8: "; it is for another kind of machine, or a script without '#!' and interpreter"
            case 13: "; it may not be executed"
            default: ""
            }
        return errorText(number) + hint
    }
}
