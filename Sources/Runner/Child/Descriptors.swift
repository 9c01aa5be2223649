internal import CGuard
internal import EventLoop

/// What a job's processes are joined with.
enum Descriptors {
    /// The two ends of a pipe or a socket; the near one does not block.
    struct Pair {
        let near: Int32
        let far: Int32
    }

    /// A pipe to read from here.
    static func pipe() throws(UVError) -> Pair {
        var ends: [Int32] = [-1, -1]
        guard unsafe weir_guard_pipe(&ends) == 0 else { throw fault("pipe") }
        return Pair(near: ends[0], far: ends[1])
    }

    /// A socket between here and a guard.
    static func controlPair() throws(UVError) -> Pair {
        var ends: [Int32] = [-1, -1]
        guard unsafe weir_guard_control_pair(&ends) == 0 else { throw fault("socketpair") }
        return Pair(near: ends[0], far: ends[1])
    }

    /// A file in memory with these bytes. Unlike a pipe it never has to wait for its reader.
    static func payload(_ bytes: [UInt8]) throws(UVError) -> Int32 {
        let file = unsafe bytes.withUnsafeBytes {
            unsafe weir_guard_payload($0.baseAddress, $0.count)
        }
        guard file >= 0 else { throw fault("memfd_create") }
        return file
    }

    static func close(_ descriptor: Int32) {
        if descriptor >= 0 { weir_guard_close(descriptor) }
    }

    /// What the last call of the system has said.
    static func fault(_ operation: String) -> UVError {
        UVError(operation, code: -weir_guard_error())
    }
}
