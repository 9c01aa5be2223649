internal import Glibc

/// What a server asks of its process before it opens its sockets.
package enum ProcessLimits {
    /// Makes a write to a connection whose peer is gone, or past the size that files may have, an
    /// error instead of the end of the process. Call it first in main; it holds for all threads.
    package static func ignoreFailedWrites() {
        for signal in [SIGPIPE, SIGXFSZ] {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = SIG_IGN
            let code = unsafe sigaction(signal, &action, nil)
            precondition(code == 0, "sigaction refused signal \(signal)")
        }
    }

    /// Lets signals through that whoever started the process had blocked: a server that cannot be
    /// told to stop is killed, sooner or later.
    package static func unblockSignals() {
        var none = sigset_t()
        unsafe sigemptyset(&none)
        let code = unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
        precondition(code == 0, "pthread_sigmask returned \(code)")
    }

    /// Lets only the owner read the files that this process makes, as those of the database.
    package static func keepFilesPrivate() { _ = umask(0o077) }

    /// Allows as many open files as the system lets this process have, and returns how many.
    /// Each connection is one.
    package static func raiseOpenFilesToMaximum() throws(UVError) -> Int {
        var limit = rlimit()
        try check(
            unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit), "getrlimit")
        guard limit.rlim_cur < limit.rlim_max else { return Int(clamping: limit.rlim_cur) }
        limit.rlim_cur = limit.rlim_max
        try check(
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit), "setrlimit")
        return Int(clamping: limit.rlim_cur)
    }

    private static func check(_ result: Int32, _ operation: String) throws(UVError) {
        guard result == 0 else { throw UVError(operation, code: -errno) }
    }
}
