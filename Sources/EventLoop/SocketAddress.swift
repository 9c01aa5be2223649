internal import CLibuv
internal import Glibc

/// Where a socket listens: a numeric address and a port.
@safe
struct SocketAddress {
    private var storage = sockaddr_storage()

    /// Reads `127.0.0.1`, `::1` and the like. `localhost` is 127.0.0.1: one name, one socket.
    init(host: String, port: Int) throws(UVError) {
        guard let port = UInt16(exactly: port) else {
            throw UVError("port \(port)", code: UV_EINVAL.rawValue)
        }
        let numeric = host == "localhost" ? "127.0.0.1" : host
        let isIPv4 = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe uv_ip4_addr(numeric, Int32(port), $0) == 0
            }
        }
        if isIPv4 { return }
        let code = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                unsafe uv_ip6_addr(numeric, Int32(port), $0)
            }
        }
        try UVError.check(code, "address \(host)")
    }

    /// The address that a socket has got.
    init(of socket: Int32) throws(UVError) {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket, $0, &length)
            }
        }
        guard result == 0 else { throw UVError("getsockname", code: -errno) }
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// The port in the order of the host. It lies in the same place in both families.
    var port: Int {
        unsafe withUnsafePointer(to: storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: unsafe $0.pointee.sin_port))
            }
        }
    }

    /// Lends the address to a call such as `bind`.
    func bind(_ socket: Int32) throws(UVError) {
        let length =
            family == AF_INET
            ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        let result = unsafe withUnsafePointer(to: storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(socket, $0, socklen_t(length))
            }
        }
        guard result == 0 else { throw UVError("bind", code: -errno) }
    }
}
