internal import Glibc

/// What the process was given, and its end.
package enum ProcessEnvironment {
    /// The value of an environment variable.
    package static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// The file that this program was started from, also when it was replaced since.
    package static let programPath = "/proc/self/exe"

    /// What tells this process from others of this machine.
    package static var processNumber: Int32 { getpid() }

    /// True if a process with this number is there.
    package static func isRunning(_ process: Int32) -> Bool {
        kill(process, 0) == 0 || errno == EPERM
    }

    /// The name of this machine.
    package static var hostName: String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&bytes, bytes.count - 1) == 0 else { return "unknown" }
        return String(
            decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// How many processors there are to use.
    package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Ends the process at once, with nothing flushed and nobody asked.
    package static func exitNow(_ code: Int32) -> Never { _exit(code) }
}
