internal import Glibc

/// What the process was given, and its end.
package enum ProcessEnvironment {
    /// The value of an environment variable.
    package static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// How many processors there are to use.
    package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Ends the process at once, with nothing flushed and nobody asked.
    package static func exitNow(_ code: Int32) -> Never { _exit(code) }
}
