import Glibc
import Synchronization
import Threads

/// A receiver of one kind of answer, on a thread of its own: it takes connections on a port of the
/// loopback until it is told to stop.
final class Receiver {
    let port: Int
    private let listener: Int32
    private let thread: Thread
    private let seen = Seen()

    private final class Seen: Sendable {
        let requests = Mutex<[String]>([])
    }

    /// What a receiver does with each connection.
    enum Manner: Sendable {
        /// Says this, and ends.
        case says(String)
        /// Reads, and says nothing.
        case isSilent
        /// Says this, and keeps the connection.
        case saysAndHolds(String)
        /// Says the first, and then the second over and over.
        case saysForever(String, String)
    }

    init(_ manner: Manner) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound else { throw ReceiverError() }
        port = Int(UInt16(bigEndian: address.sin_port))
        let seen = seen
        thread = try Thread(name: "receiver") {
            while case let client = accept(listener, nil, nil), client >= 0 {
                Receiver.serve(client, manner, seen)
            }
        }
    }

    /// The requests that came, whole.
    var requests: [String] { seen.requests.withLock { $0 } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        thread.join()
        close(listener)
    }

    private static func serve(_ client: Int32, _ manner: Manner, _ seen: Seen) {
        defer { close(client) }
        var text = ""
        var part = [UInt8](repeating: 0, count: 65_536)
        // What is sent in tests is short and ends with its body.
        while !text.hasSuffix("}") {
            let count = recv(client, &part, part.count, 0)
            guard count > 0 else { return }
            text += String(decoding: part[..<count], as: UTF8.self)
        }
        seen.requests.withLock { $0.append(text) }
        switch manner {
        case .says(let answer):
            send(answer, to: client)
        case .isSilent:
            _ = recv(client, &part, part.count, 0)
        case .saysAndHolds(let answer):
            send(answer, to: client)
            _ = recv(client, &part, part.count, 0)
        case .saysForever(let first, let rest):
            var goesOn = send(first, to: client)
            while goesOn { goesOn = send(rest, to: client) }
        }
    }

    @discardableResult
    private static func send(_ text: String, to client: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return Glibc.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) > 0
    }
}

struct ReceiverError: Error {}
