internal import CGuard
package import EventLoop

/// What `weir child-guard` is: no command for people, but the process that runs programs.
package enum ChildGuard {
    /// The word after the program's name.
    package static let word = "child-guard"

    /// Runs until the server that started it has gone; returns the exit code.
    package static func run() -> Int32 { weir_nursery_main() }

    /// Makes the folder in `above` in which the jobs of this process get theirs, and removes those
    /// of runners that were killed.
    package static func makePlace(in above: String) throws(UVError) -> String {
        var path = [CChar](repeating: 0, count: 4_096)
        let code = unsafe path.withUnsafeMutableBufferPointer { room in
            unsafe room.baseAddress.map { unsafe weir_guard_make_place(above, $0, room.count) }
                ?? -1
        }
        guard code == 0 else { throw Descriptors.fault("a folder for jobs in \(above) (TMPDIR)") }
        return String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes a folder and all in it.
    package static func remove(_ path: String) { unsafe weir_guard_remove(path) }

    /// Lets a guard go on that was stopped. It is alive as long as its socket is open.
    package static func wake(_ guardProcess: Int32) { weir_guard_wake(guardProcess) }

    /// Kills a guard, which cannot be told to end.
    package static func kill(_ guardProcess: Int32) { weir_guard_kill(guardProcess) }

    /// The system's words for an error number.
    package static func errorText(_ number: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { room in
            guard let start = room.baseAddress else { return "" }
            unsafe weir_guard_error_text(number, start, room.count)
            return unsafe String(cString: start)
        }
    }
}
