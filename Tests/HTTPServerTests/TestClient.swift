import Glibc

/// A client that speaks raw bytes. The kernel keeps what it sends, so it needs no thread.
final class TestClient {
    private var file: Int32
    /// All that came and was not taken yet.
    private(set) var input: [UInt8] = []
    /// Whether the server has ended its side, in order or by a reset.
    private(set) var hasEnded = false
    private(set) var wasReset = false

    init(port: Int, receiveBufferBytes: Int32? = nil) throws {
        file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBufferBytes {
            setsockopt(file, SOL_SOCKET, SO_RCVBUF, &receiveBufferBytes, 4)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw ConnectFailure(errno: errno) }
    }

    deinit {
        close()
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Sends what the kernel takes, again and again the same, and says how much that was.
    func sendAll(of text: String) -> Int {
        let bytes = Array(text.utf8)
        var sum = 0
        while true {
            let count = Glibc.send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            guard count > 0 else { return sum }
            sum += count
        }
    }

    func finishWriting() {
        _ = shutdown(file, Int32(SHUT_WR))
    }

    func close() {
        guard file >= 0 else { return }
        _ = Glibc.close(file)
        file = -1
    }

    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            file, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    /// Takes what is there into `input`, or one piece of it.
    func receive(atMost pieceBytes: Int? = nil) {
        var bytes = [UInt8](repeating: 0, count: pieceBytes ?? 65_536)
        while !hasEnded {
            let count = recv(file, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                input += bytes[..<count]
                if pieceBytes != nil { return }
            } else if count == 0 {
                hasEnded = true
            } else {
                if errno == EAGAIN { return }
                hasEnded = true
                wasReset = true
            }
        }
    }

    /// The next whole answer, if it is there. An answer to HEAD has no body.
    func takeAnswer(toHead: Bool = false) -> Answer? {
        receive()
        guard let answer = Answer(input, toHead: toHead) else { return nil }
        input.removeFirst(answer.bytes)
        return answer
    }
}

struct ConnectFailure: Error {
    var errno: Int32
}
