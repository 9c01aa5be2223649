import EventLoop
import Glibc
import Testing

@Suite struct `The listener` {
    @Test(arguments: ["127.0.0.1", "localhost"])
    func `port 0 gets a real port and takes a client`(host: String) throws {
        try withLoop { loop in
            var taken: TCPConnection?
            let listener = try TCPListener(loop: loop, host: host, port: 0) { taken = $0 }
            #expect(listener.port > 0)
            let client = try TestSocket(port: listener.port)
            loop.run { taken != nil }
            taken?.close()
            listener.close()
            listener.close()
            loop.runOnce()
            #expect(client.receive() == nil)
        }
    }

    @Test func `it listens on IPv6`() throws {
        try withLoop { loop in
            let listener = try TCPListener(loop: loop, host: "::1", port: 0) { $0.close() }
            #expect(listener.port > 0)
            listener.close()
        }
    }

    @Test(arguments: ["example.org", "127.0.0", ""])
    func `a host that is no numeric address is refused`(host: String) throws {
        try withLoop { loop in
            let error = #expect(throws: UVError.self) {
                _ = try TCPListener(loop: loop, host: host, port: 0) { _ in }
            }
            #expect(error?.name == "EINVAL")
            #expect(error?.operation == "address \(host)")
        }
    }

    @Test func `a port out of range is refused`() throws {
        try withLoop { loop in
            #expect(throws: UVError.self) {
                _ = try TCPListener(loop: loop, host: "127.0.0.1", port: 65_536) { _ in }
            }
        }
    }

    @Test func `a port in use is refused with its name`() throws {
        try withLoop { loop in
            let first = try TCPListener(loop: loop, host: "127.0.0.1", port: 0) { _ in }
            let error = #expect(throws: UVError.self) {
                _ = try TCPListener(loop: loop, host: "127.0.0.1", port: first.port) { _ in }
            }
            #expect(error?.description == "bind: address already in use (EADDRINUSE)")
            first.close()
        }
    }

    @Test func `a closed listener leaves its port at once`() throws {
        try withLoop { loop in
            // Tests beside this one may be given the port that it has just left: try with a few.
            for _ in 0..<20 {
                let first = try TCPListener(loop: loop, host: "127.0.0.1", port: 0) { _ in }
                first.close()
                let second = try? TCPListener(loop: loop, host: "127.0.0.1", port: first.port) {
                    $0.close()
                }
                guard let second else { continue }
                #expect(second.port == first.port)
                return second.close()
            }
            Issue.record("no port was free after its listener had closed")
        }
    }

    @Test func `without a free file it pauses, does not spin, and takes the client later`() async {
        await #expect(processExitsWith: .success) {
            let loop = try Loop()
            var taken: [TCPConnection] = []
            let listener = try TCPListener(loop: loop, host: "127.0.0.1", port: 0) {
                taken.append($0)
            }
            var pauses: [UVError] = []
            listener.onPause = { pauses.append($0) }
            let client = try TestSocket(port: listener.port)
            var fillers: [Int32] = []
            while true {
                let file = open("/dev/null", O_RDONLY)
                if file < 0 { break }
                fillers.append(file)
            }
            var turns = 0
            let late = loop.schedule(after: 8_000) { exit(3) }
            while pauses.count < 2 {
                loop.runOnce()
                turns += 1
            }
            guard pauses[0].name == "EMFILE", taken.isEmpty, turns < 20 else { exit(4) }
            for file in fillers { close(file) }
            while taken.isEmpty { loop.runOnce() }
            client.close()
            taken[0].close()
            listener.close()
            loop.cancel(late)
            exit(loop.close())
        }
    }
}
