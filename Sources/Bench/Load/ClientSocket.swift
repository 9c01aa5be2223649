import Glibc

/// Sockets to a server on this machine.
enum ClientSocket {
    /// Connects, which on loopback waits for nothing.
    static func connect(port: Int) throws(BenchError) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw BenchError("no socket: error \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.connect(
                    socket, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0, fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 else {
            let code = errno
            _ = close(socket)
            throw BenchError("no connection to port \(port): error \(code)")
        }
        return socket
    }
}
