import EventLoop
import HTTP
import HTTPServer
import Testing

@Suite struct `Clients that go away` {
    private let get = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `a client that goes in the middle of a request is forgotten`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
            bench.wait { bench.server.bufferedBytes > 0 }
            client.close()
            bench.wait { bench.server.connectionCount == 0 }
            #expect(bench.server.bufferedBytes == 0)
            #expect(bench.handler.requests.isEmpty)
        }
    }

    @Test func `a client that goes during a long poll is reported at once`() throws {
        try ServerBench.run({ $0.halfCloseMilliseconds = 0 }) { bench in
            let client = try bench.connect()
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            client.close()
            bench.wait { !bench.handler.closed.isEmpty }
            #expect(bench.handler.closed == [bench.handler.requests[0].exchange])
            bench.handler.answer(bench.handler.requests[0].exchange, with: "late")
            #expect(bench.handler.delivered.isEmpty)
            #expect(bench.server.connectionCount == 0)
        }
    }

    @Test func `an end long after the request frees it without the grace of an early one`() throws {
        // The grace is longer than a machine may be busy with other tests.
        try ServerBench.run({ $0.halfCloseMilliseconds = 2_500 }) { bench in
            let client = try bench.connect()
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            bench.pass(milliseconds: 2_510)
            let before = bench.loop.now
            client.close()
            bench.wait { !bench.handler.closed.isEmpty }
            #expect(bench.loop.now - before < 2_500)
        }
    }

    @Test func `a reset during a long poll is reported at once`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            client.reset()
            bench.wait { !bench.handler.closed.isEmpty }
            #expect(bench.server.connectionCount == 0)
        }
    }

    @Test func `a client that ends its side right after the request gets its answer`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(get)
            client.finishWriting()
            bench.wait { bench.handler.requests.count == 1 }
            bench.pass(milliseconds: 5)
            #expect(bench.handler.closed.isEmpty)
            bench.handler.answer(bench.handler.requests[0].exchange, with: "still here")
            bench.wait {
                client.receive()
                return client.hasEnded
            }
            let answer = client.takeAnswer()
            #expect(answer?.body == "still here")
            #expect(answer?.closes == true)
            #expect(bench.handler.delivered.count == 1)
            bench.wait { bench.server.connectionCount == 0 }
        }
    }

    @Test func `a client that ended its side is given up when the answer is not ready`() throws {
        try ServerBench.run({ $0.halfCloseMilliseconds = 5 }) { bench in
            let client = try bench.connect()
            client.send(get)
            client.finishWriting()
            bench.wait { bench.handler.closed.count == 1 }
            #expect(bench.server.connectionCount == 0)
        }
    }

    @Test func `a request that begins after the side was ended is given up as well`() throws {
        try ServerBench.run({ $0.halfCloseMilliseconds = 300 }) { bench in
            let client = try bench.connect()
            client.send(get + get)
            client.finishWriting()
            bench.wait { bench.handler.requests.count == 1 }
            bench.pass(milliseconds: 3)
            bench.handler.answer(bench.handler.requests[0].exchange, with: "first")
            #expect(bench.handler.requests.count == 2)
            bench.wait { bench.handler.closed.count == 1 }
            #expect(bench.handler.closed == [bench.handler.requests[1].exchange])
            #expect(client.takeAnswer()?.body == "first")
        }
    }

    @Test func `half a request before an ended side is given up at once`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(get + "GET /wa")
            client.finishWriting()
            bench.wait { bench.handler.requests.count == 1 }
            bench.pass(milliseconds: 3)
            bench.handler.answer(bench.handler.requests[0].exchange, with: "first")
            #expect(bench.server.connectionCount == 0)
            #expect(client.takeAnswer()?.body == "first")
        }
    }

    @Test func `a request sent ahead of an ended side is given up as well`() throws {
        try ServerBench.run({ $0.halfCloseMilliseconds = 5 }) { bench in
            let client = try bench.connect()
            bench.handler.onRequest = { [unowned bench] _, exchange in
                if bench.handler.requests.count == 1 {
                    bench.handler.answer(exchange, with: "first")
                }
            }
            client.send(get + get)
            client.finishWriting()
            bench.wait { bench.handler.closed.count == 1 }
            #expect(bench.handler.delivered.count == 1)
            #expect(client.takeAnswer()?.body == "first")
        }
    }

    @Test func `an end during a poll that was sent ahead and filled the pipeline is noticed`()
        throws
    {
        try ServerBench.run({
            $0.halfCloseMilliseconds = 0
            $0.pipelineBytesMax = 30
        }) { bench in
            let client = try bench.connect()
            client.send(get + get)
            bench.wait { bench.handler.requests.count == 1 }
            bench.pass(milliseconds: 3)
            bench.handler.answer(bench.handler.requests[0].exchange, with: "first")
            #expect(bench.handler.requests.count == 2)
            client.close()
            bench.wait { bench.handler.closed.count == 1 }
            #expect(bench.handler.closed == [bench.handler.requests[1].exchange])
        }
    }

    @Test func `a client that goes while its answer waits is reported as closed`() throws {
        try ServerBench.run { bench in
            let client = try TestClient(port: bench.port, receiveBufferBytes: 4_096)
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            let body = [UInt8](repeating: 65, count: 6_000_000)
            bench.handler.answer(bench.handler.requests[0].exchange, with: body)
            #expect(bench.server.bufferedBytes > 0)
            client.close()
            bench.wait { bench.handler.closed.count == 1 }
            #expect(bench.handler.delivered.isEmpty)
            #expect(bench.server.bufferedBytes == 0)
        }
    }
}
