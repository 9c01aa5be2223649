import Glibc
import Synchronization
import Threads

/// A server of the loopback that the test plays, on a thread of its own. Each of its connections is
/// for one request.
final class PlayedServer {
    /// A request: the last part of its path, and its body.
    struct Request: Sendable {
        let head: String
        let verb: String
        let body: String
    }

    /// What comes back; nil is silence for as long as the client has patience.
    typealias Answer = (status: Int, body: String)?

    let url: String
    private let listener: Int32
    private let thread: Thread
    private let seen: Seen

    private final class Seen: Sendable {
        let requests = Mutex<[Request]>([])
        let silent = Mutex<[Int32]>([])
    }

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw PlayedServerError() }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        let seen = Seen()
        self.seen = seen
        thread = try Thread(name: "played") {
            while case let client = accept(listener, nil, nil), client >= 0 {
                PlayedServer.serve(client, seen, answer)
            }
        }
    }

    var requests: [Request] { seen.requests.withLock { $0 } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        thread.join()
        close(listener)
        seen.silent.withLock { for client in $0 { close(client) } }
    }

    private static func serve(
        _ client: Int32, _ seen: Seen, _ answer: (Request) -> Answer
    ) {
        var text = ""
        var part = [UInt8](repeating: 0, count: 65_536)
        // What is sent in tests is short and ends with its body.
        while !text.hasSuffix("}") {
            let count = recv(client, &part, part.count, 0)
            guard count > 0 else {
                close(client)
                return
            }
            text += String(decoding: part[..<count], as: UTF8.self)
        }
        let lines = text.split(separator: "\r\n")
        let path = lines[0].split(separator: " ")[1]
        let request = Request(
            head: text, verb: String(path.split(separator: "/").last ?? ""),
            body: String(lines.last ?? ""))
        seen.requests.withLock { $0.append(request) }
        guard let (status, body) = answer(request) else {
            return seen.silent.withLock { $0.append(client) }
        }
        let said = Array(
            ("HTTP/1.1 \(status) X\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                + body).utf8)
        send(client, said, said.count, Int32(MSG_NOSIGNAL))
        close(client)
    }
}

struct PlayedServerError: Error {}
