import Glibc
import JSON

/// A connection that speaks bytes, so that tests can also say what no client would.
final class RawClient {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: Int, receiveBufferBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var bytes = receiveBufferBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(4))
        }
        var timeout = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout,
            socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Lost(reason: "cannot connect: \(errno)") }
    }

    deinit { close() }

    struct Lost: Error {
        let reason: String
    }

    private var isClosed = false

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    /// Sends bytes as they are; false if the peer is gone.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Sends a request with a JSON body.
    func ask(
        _ method: String, _ path: String, key: String?, body: String = "",
        headers: [String] = []
    ) {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: weir\r\nContent-Length: \(body.utf8.count)"
        if let key { head += "\r\nAuthorization: Bearer \(key)" }
        for header in headers { head += "\r\n" + header }
        send(head + "\r\n\r\n" + body)
    }

    /// Reads one answer.
    func answer() throws -> BoxAnswer {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                let length = BoxAnswer.length(head)
                if buffer.count >= end.upperBound + length {
                    let body = Array(buffer[end.upperBound..<end.upperBound + length])
                    buffer.removeFirst(end.upperBound + length)
                    return BoxAnswer(head: head, body: body)
                }
            }
            guard try readMore() else { throw Lost(reason: "the connection ended") }
        }
    }

    /// True if the peer has closed and nothing is left to read.
    func isEnded() throws -> Bool { try buffer.isEmpty && !readMore() }

    private func readMore() throws -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 || errno == ECONNRESET else {
            throw Lost(reason: "no answer in time: \(errno)")
        }
        if count > 0 { buffer += bytes[..<count] }
        return count > 0
    }
}

/// An answer as it came.
struct BoxAnswer {
    let head: String
    let body: [UInt8]

    var status: Int { Int(head.split(separator: " ")[1]) ?? 0 }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a header, by its name in lower case.
    func header(_ name: String) -> String? {
        BoxAnswer.header(head, name)
    }

    /// The member at a path such as `jobs.0.lease.token`, as text.
    subscript(path: String) -> String? {
        guard let document = try? JSONDocument(validating: body) else { return nil }
        var node = document.root
        for step in path.split(separator: ".") {
            var next: JSONNode?
            if node.kind == .array, let index = Int(step) {
                next = document.elements(of: node).enumerated().first { $0.offset == index }?.1
            } else if node.kind == .object {
                next = document.members(of: node).first { document.text($0.key) == step }?.value
            }
            guard let found = next else { return nil }
            node = found
        }
        return node.kind == .string
            ? document.text(node) : String(decoding: document.raw(node), as: UTF8.self)
    }

    /// How many elements the array at a path has.
    func count(_ path: String) -> Int {
        var index = 0
        while self["\(path).\(index)"] != nil { index += 1 }
        return index
    }

    /// The objects of the array at a member of the body, each as the texts of its members.
    func objects(_ name: String) -> [[String: String]] {
        guard let document = try? JSONDocument(validating: body), document.root.kind == .object,
            let list = document.members(of: document.root).first(where: {
                document.text($0.key) == name
            })?.value, list.kind == .array
        else { return [] }
        return document.elements(of: list).map { element in
            var object: [String: String] = [:]
            for (key, value) in document.members(of: element) {
                object[document.text(key)] =
                    value.kind == .string
                    ? document.text(value) : String(decoding: document.raw(value), as: UTF8.self)
            }
            return object
        }
    }

    static func length(_ head: String) -> Int {
        header(head, "content-length").flatMap { Int($0) } ?? 0
    }

    private static func header(_ head: String, _ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts[0].lowercased() == name {
                return parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
            }
        }
        return nil
    }
}

extension [UInt8] {
    fileprivate func firstRange(of pattern: [UInt8]) -> Range<Int>? {
        guard count >= pattern.count else { return nil }
        return (0...count - pattern.count).first { self[$0] == pattern[0] && starts(pattern, $0) }
            .map { $0..<$0 + pattern.count }
    }

    private func starts(_ pattern: [UInt8], _ offset: Int) -> Bool {
        pattern.indices.allSatisfy { self[offset + $0] == pattern[$0] }
    }
}
