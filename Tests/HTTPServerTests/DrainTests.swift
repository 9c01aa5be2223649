import EventLoop
import HTTP
import HTTPServer
import Testing

@Suite struct `The end of a server` {
    private let get = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `a drain without connections is done at once and leaves nothing open`() throws {
        try ServerBench.run { bench in
            var isDrained = false
            bench.server.drain { isDrained = true }
            #expect(isDrained)
            #expect(bench.loop.openHandles() == [])
        }
    }

    @Test func `a drain closes idle connections and lets answers out`() throws {
        try ServerBench.run { bench in
            let idle = try bench.connect()
            let busy = try bench.connect()
            busy.send(get)
            let half = try bench.connect()
            half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nha")
            bench.wait {
                bench.server.connectionCount == 3 && bench.handler.requests.count == 1
                    && bench.server.bufferedBytes > 0
            }
            var isDrained = false
            bench.server.drain { isDrained = true }
            bench.wait {
                idle.receive()
                return idle.hasEnded
            }
            #expect(bench.server.connectionCount == 2)
            half.send("lf")
            var answer: Answer?
            bench.wait {
                answer = half.takeAnswer()
                return answer != nil
            }
            #expect(answer?.body == "half")
            #expect(answer?.closes == true)
            half.close()
            #expect(!isDrained)
            bench.handler.answer(bench.handler.requests[0].exchange, with: "bye")
            busy.receive()
            answer = busy.takeAnswer()
            #expect(answer?.body == "bye")
            #expect(answer?.closes == true)
            busy.close()
            bench.wait { isDrained }
            #expect(bench.handler.delivered.count == 2)
        }
    }

    @Test func `a drain waits for a client only as long as it lingers`() throws {
        try ServerBench.run({ $0.lingerMilliseconds = 10 }) { bench in
            let busy = try bench.connect()
            busy.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            var isDrained = false
            bench.server.drain { isDrained = true }
            bench.handler.answer(bench.handler.requests[0].exchange, with: "bye")
            bench.wait { isDrained }
            #expect(busy.takeAnswer()?.body == "bye")
        }
    }

    @Test func `a drain that begins while an answer waits ends the connection after it`() throws {
        try ServerBench.run { bench in
            let client = try TestClient(port: bench.port, receiveBufferBytes: 65_536)
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            bench.handler.answer(
                bench.handler.requests[0].exchange, with: [UInt8](repeating: 65, count: 8_000_000))
            var isDrained = false
            bench.server.drain { isDrained = true }
            bench.wait {
                client.receive()
                return client.hasEnded
            }
            #expect(client.takeAnswer()?.body.utf8.count == 8_000_000)
            client.close()
            bench.wait { isDrained }
        }
    }

    @Test func `closing all tells the handler of each open exchange`() throws {
        try ServerBench.run { bench in
            let clients = [try bench.connect(), try bench.connect(), try bench.connect()]
            clients[0].send(get)
            clients[1].send(get)
            bench.wait {
                bench.handler.requests.count == 2 && bench.server.connectionCount == 3
            }
            var isDrained = false
            bench.server.drain { isDrained = true }
            bench.server.closeAll()
            #expect(bench.handler.closed.count == 2)
            #expect(isDrained)
            for client in clients {
                bench.wait {
                    client.receive()
                    return client.hasEnded
                }
            }
        }
    }

    @Test func `a handler may end the server while it has a request`() throws {
        try ServerBench.run { bench in
            bench.handler.onRequest = { [unowned bench] _, _ in bench.server.closeAll() }
            let client = try bench.connect()
            client.send(get + get)
            bench.wait { bench.handler.closed.count == 1 }
            #expect(bench.handler.requests.count == 1)
        }
    }
}
