import Glibc

/// The client's end of a connection: a plain blocking socket. The kernel connects it and keeps what
/// it sends before anybody accepts, so that it needs no thread of its own.
final class TestSocket {
    private(set) var file: Int32

    init(port: Int) throws {
        file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SocketFailure(errno: errno) }
    }

    deinit {
        close()
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What has arrived, up to `max` bytes; nil at the end of the stream; "" if nothing is there.
    func receive(max: Int = 65_536) -> String? {
        var bytes = [UInt8](repeating: 0, count: max)
        let count = recv(file, &bytes, max, Int32(MSG_DONTWAIT))
        if count == 0 { return nil }
        return count < 0 ? "" : String(decoding: bytes[..<count], as: UTF8.self)
    }

    func finishWriting() {
        _ = shutdown(file, Int32(SHUT_WR))
    }

    /// Goes with a reset instead of an ordinary end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            file, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    func close() {
        guard file >= 0 else { return }
        _ = Glibc.close(file)
        file = -1
    }
}

struct SocketFailure: Error {
    var errno: Int32
}
