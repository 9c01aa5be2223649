import EventLoop
import HTTP
import HTTPServer
import Testing

@Suite struct `The limits of the server` {
    private let get = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"

    private func expectEnd(
        of client: TestClient, in bench: ServerBench, status: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        bench.wait(sourceLocation: sourceLocation) {
            client.receive()
            return client.hasEnded
        }
        let answer = client.takeAnswer()
        #expect(answer?.status == status, sourceLocation: sourceLocation)
        #expect(answer?.closes == true, sourceLocation: sourceLocation)
        #expect(
            answer?.fields.contains("content-type: application/problem+json") == true,
            sourceLocation: sourceLocation)
    }

    @Test func `a head that drips is refused after its time, however often a byte comes`() throws {
        try ServerBench.run({ $0.headMilliseconds = 30 }) { bench in
            let client = try bench.connect()
            let began = bench.loop.now
            bench.wait {
                client.send("G")
                client.receive()
                return client.hasEnded || !client.input.isEmpty
            }
            #expect(bench.loop.now - began >= 29)
            expectEnd(of: client, in: bench, status: 408)
            #expect(bench.handler.requests.isEmpty)
        }
    }

    @Test func `an empty line between requests begins none`() throws {
        try ServerBench.run({
            $0.headMilliseconds = 5
            $0.bodyStallMilliseconds = 5
        }) { bench in
            let client = try bench.connect()
            client.send("\r\n")
            bench.pass(milliseconds: 20)
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            bench.wait { bench.handler.delivered.count == 1 }
        }
    }

    @Test func `a body that stands still is refused`() throws {
        try ServerBench.run({ $0.bodyStallMilliseconds = 10 }) { bench in
            let client = try bench.connect()
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
            expectEnd(of: client, in: bench, status: 408)
        }
    }

    @Test func `a body that drips is refused after the time of a whole request`() throws {
        try ServerBench.run({
            $0.bodyStallMilliseconds = 1_000
            $0.requestMilliseconds = 30
        }) { bench in
            let client = try bench.connect()
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            bench.wait {
                client.send("x")
                client.receive()
                return client.hasEnded || !client.input.isEmpty
            }
            expectEnd(of: client, in: bench, status: 408)
        }
    }

    @Test func `a connection without a request is closed after the idle time`() throws {
        try ServerBench.run({ $0.idleMilliseconds = 200 }) { bench in
            let fresh = try bench.connect()
            let used = try bench.connect()
            used.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            bench.wait {
                fresh.receive()
                used.receive()
                return fresh.hasEnded && used.hasEnded
            }
            #expect(fresh.input == [])
            #expect(used.takeAnswer()?.body == "x")
            #expect(bench.server.connectionCount == 0)
        }
    }

    @Test func `an answer may take longer than every time-out of the connection`() throws {
        try ServerBench.run({
            $0.idleMilliseconds = 150
            $0.headMilliseconds = 5
            $0.bodyStallMilliseconds = 5
            $0.requestMilliseconds = 5
            $0.writeStallMilliseconds = 5
            $0.lingerMilliseconds = 5
        }) { bench in
            let client = try bench.connect()
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            bench.pass(milliseconds: 180)
            bench.handler.answer(bench.handler.requests[0].exchange, with: "at last")
            #expect(client.takeAnswer()?.body == "at last")
        }
    }

    @Test func `a reader that takes nothing is cut off with a reset`() throws {
        try ServerBench.run({ $0.writeStallMilliseconds = 20 }) { bench in
            let client = try TestClient(port: bench.port, receiveBufferBytes: 4_096)
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            bench.handler.answer(
                bench.handler.requests[0].exchange, with: [UInt8](repeating: 65, count: 8_000_000))
            bench.wait { bench.handler.closed.count == 1 }
            #expect(bench.server.connectionCount == 0)
            bench.wait {
                client.receive()
                return client.hasEnded
            }
            #expect(client.wasReset)
            #expect(client.takeAnswer() == nil)
        }
    }

    @Test func `a slow reader that goes on reading gets the whole answer`() throws {
        try ServerBench.run({ $0.writeStallMilliseconds = 500 }) { bench in
            let client = try bench.connect()
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            let began = bench.loop.now
            let size = 30_000_000
            bench.handler.answer(
                bench.handler.requests[0].exchange, with: [UInt8](repeating: 65, count: size))
            bench.wait {
                // Slowly until the server has looked at least once, then as fast as it can.
                let isSlow = bench.loop.now - began < 800
                client.receive(atMost: isSlow ? 10_000 : nil)
                return client.hasEnded || client.input.count > size
            }
            #expect(bench.handler.delivered.count == 1)
            #expect(client.takeAnswer()?.body.utf8.count == size)
        }
    }

    @Test func `one connection too many is told so and closed`() throws {
        try ServerBench.run({ $0.connectionsMax = 2 }) { bench in
            let clients = [try bench.connect(), try bench.connect()]
            bench.wait { bench.server.connectionCount == 2 }
            let third = try bench.connect()
            expectEnd(of: third, in: bench, status: 503)
            #expect(bench.server.connectionCount == 2)
            clients[0].close()
            bench.wait { bench.server.connectionCount == 1 }
            let fourth = try bench.connect()
            fourth.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            bench.wait { bench.handler.delivered.count == 1 }
        }
    }

    @Test func `the connection that buffers too much is refused and the others go on`() throws {
        try ServerBench.run({ $0.bufferedBytesMax = 100_000 }) { bench in
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n"
            let half = String(repeating: "x", count: 60_000)
            let first = try bench.connect()
            first.send(head + half)
            bench.wait { bench.server.bufferedBytes > 60_000 }
            let second = try bench.connect()
            second.send(head + half)
            expectEnd(of: second, in: bench, status: 503)
            first.send(String(repeating: "x", count: 30_000))
            bench.wait { bench.handler.delivered.count == 1 }
            #expect(bench.server.bufferedBytes == 0)
        }
    }

    @Test func `one that shares is refused before the others have no room`() throws {
        try ServerBench.run({ $0.bufferedBytesMax = 200_000 }) { bench in
            func begin(_ sharer: String) throws -> TestClient {
                let client = try bench.connect()
                client.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nSharer: \(sharer)\r\n"
                        + "Content-Length: 40000\r\n\r\n" + String(repeating: "x", count: 30_000))
                return client
            }
            let first = [try begin("a"), try begin("a")]
            bench.wait { bench.server.bufferedBytes > 60_000 }
            expectEnd(of: try begin("a"), in: bench, status: 429)
            let other = try begin("b")
            bench.wait { bench.server.bufferedBytes > 90_000 }
            for client in first + [other] { client.send(String(repeating: "x", count: 10_000)) }
            bench.wait { !bench.handler.delivered.isEmpty }
        }
    }

    @Test func `answers that nobody reads count in their reader's share`() throws {
        try ServerBench.run({ $0.bufferedBytesMax = 80_000_000 }) { bench in
            let body = [UInt8](repeating: 0x78, count: 15_000_000)
            var clients: [TestClient] = []
            func ask(_ sharer: String) throws {
                let client = try bench.connect()
                clients.append(client)
                let before = bench.handler.requests.count
                client.send("GET /large HTTP/1.1\r\nHost: a\r\nSharer: \(sharer)\r\n\r\n")
                bench.wait { bench.handler.requests.count == before + 1 }
                bench.handler.answer(bench.handler.requests[before].exchange, with: body)
            }
            try ask("a")
            try ask("a")
            #expect(bench.handler.closed.isEmpty)
            let held = bench.server.bufferedBytes
            try ask("a")
            bench.wait { bench.handler.closed.count == 1 }
            #expect(bench.server.bufferedBytes == held)
            try ask("b")
            #expect(bench.handler.closed.count == 1)
            clients = []
        }
    }

    @Test func `what is sent ahead counts in the share of who is being answered`() throws {
        try ServerBench.run({ $0.bufferedBytesMax = 200_000 }) { bench in
            var clients: [TestClient] = []
            func ask(_ sharer: String) throws {
                let client = try bench.connect()
                clients.append(client)
                let held = bench.server.bufferedBytes
                let closed = bench.handler.closed.count
                client.send(
                    "GET /slow HTTP/1.1\r\nHost: a\r\nSharer: \(sharer)\r\n\r\n"
                        + String(repeating: "x", count: 50_000))
                bench.wait {
                    bench.server.bufferedBytes == held + 50_000
                        || bench.handler.closed.count > closed
                }
            }
            try ask("a")
            #expect(bench.handler.closed.isEmpty)
            try ask("a")
            #expect(bench.handler.closed.count == 1)
            try ask("b")
            #expect(bench.handler.closed.count == 1)
            clients = []
        }
    }

    @Test func `a thousand idle connections cost nothing and are all served`() throws {
        _ = try ProcessLimits.raiseOpenFilesToMaximum()
        try ServerBench.run { bench in
            var clients: [TestClient] = []
            for round in 1...10 {
                for _ in 0..<100 { clients.append(try bench.connect()) }
                bench.wait { bench.server.connectionCount == 100 * round }
            }
            #expect(bench.server.bufferedBytes == 0)
            for client in clients {
                client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            }
            bench.wait { bench.handler.delivered.count == 1_000 }
            #expect(clients.allSatisfy { $0.takeAnswer()?.body == "x" })
            #expect(bench.server.connectionCount == 1_000)
        }
    }
}
