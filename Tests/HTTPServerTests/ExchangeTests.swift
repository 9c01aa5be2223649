import EventLoop
import HTTP
import HTTPServer
import Testing

@Suite struct `Requests and answers` {
    private let get = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"

    private func echo(_ body: String, extra: String = "") -> String {
        "POST /echo HTTP/1.1\r\nHost: a\r\n\(extra)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func `a connection takes one request after the other`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            for body in ["one", "two", "three"] {
                client.send(echo(body))
                var answer: Answer?
                bench.wait {
                    answer = client.takeAnswer()
                    return answer != nil
                }
                #expect(answer?.status == 200)
                #expect(answer?.body == body)
                #expect(answer?.closes == false)
                #expect(answer?.fields.contains { $0.hasPrefix("date: ") } == true)
            }
            #expect(bench.handler.delivered == bench.handler.requests.map(\.exchange))
            #expect(Set(bench.handler.delivered).count == 3)
            #expect(bench.server.connectionCount == 1)
        }
    }

    @Test func `requests that were sent ahead are answered in their order`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send((0..<50).map { echo("body \($0)") }.joined())
            var bodies: [String] = []
            bench.wait {
                while let answer = client.takeAnswer() { bodies.append(answer.body) }
                return bodies.count == 50
            }
            #expect(bodies == (0..<50).map { "body \($0)" })
        }
    }

    @Test func `a request sent ahead waits until the one before it is answered`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(get + echo("second"))
            bench.wait { bench.handler.requests.count == 1 }
            bench.pass(milliseconds: 3)
            #expect(bench.handler.requests.count == 1)
            bench.handler.answer(bench.handler.requests[0].exchange, with: "first")
            var bodies: [String] = []
            bench.wait {
                while let answer = client.takeAnswer() { bodies.append(answer.body) }
                return bodies.count == 2
            }
            #expect(bodies == ["first", "second"])
        }
    }

    @Test func `what a client sends ahead without end stays with the kernel`() throws {
        try ServerBench.run({ $0.pipelineBytesMax = 500 }) { bench in
            let client = try bench.connect()
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            var sent = 0
            for _ in 0..<20 {
                sent += client.sendAll(of: echo(String(repeating: "x", count: 60_000)))
                bench.pass(milliseconds: 1)
            }
            #expect(sent > 1_000_000)
            #expect(bench.server.bufferedBytes >= 500)
            #expect(bench.server.bufferedBytes <= 500 + Loop.readBufferBytes)
        }
    }

    @Test func `a late answer does not go to the next request of its connection`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(echo("first") + get)
            bench.wait { bench.handler.requests.count == 2 }
            bench.handler.answer(bench.handler.requests[0].exchange, with: "wrong")
            bench.handler.answer(bench.handler.requests[1].exchange, with: "right")
            var bodies: [String] = []
            bench.wait {
                while let answer = client.takeAnswer() { bodies.append(answer.body) }
                return bodies.count == 2
            }
            #expect(bodies == ["first", "right"])
        }
    }

    @Test func `a client that sends far ahead is slowed down and served all the same`() throws {
        try ServerBench.run({ $0.pipelineBytesMax = 500 }) { bench in
            let client = try bench.connect()
            client.send(get)
            bench.wait { bench.handler.requests.count == 1 }
            client.send((0..<100).map { echo("body \($0)") }.joined())
            bench.pass(milliseconds: 3)
            bench.handler.answer(bench.handler.requests[0].exchange, with: "first")
            var count = 0
            bench.wait {
                while client.takeAnswer() != nil { count += 1 }
                return count == 101
            }
        }
    }

    @Test func `a client that expects 100 is told to go on once`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                    + "Expect: 100-continue\r\n\r\n"
            )
            var answer: Answer?
            bench.wait {
                answer = client.takeAnswer()
                return answer != nil
            }
            #expect(answer?.status == 100)
            client.send("body")
            bench.wait {
                answer = client.takeAnswer()
                return answer != nil
            }
            #expect(answer?.status == 200)
            #expect(answer?.body == "body")
        }
    }

    @Test(arguments: ["Content-Length: 900", "Transfer-Encoding: chunked"])
    func `a body that the handler does not want is refused at the head`(framing: String) throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(
                "POST /closed HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\(framing)\r\n\r\n")
            var answer: Answer?
            bench.wait {
                answer = client.takeAnswer()
                return answer != nil
            }
            #expect(answer?.status == 401)
            #expect(bench.handler.requests.isEmpty)
            #expect(bench.server.bufferedBytes == 0)
        }
    }

    @Test func `an expectation that comes with its body is not answered`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(echo("body", extra: "Expect: 100-continue\r\n"))
            var answer: Answer?
            bench.wait {
                answer = client.takeAnswer()
                return answer != nil
            }
            #expect(answer?.status == 200)
        }
    }

    @Test func `an answer to HEAD has no body and the connection goes on`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send("HEAD /wait HTTP/1.1\r\nHost: a\r\n\r\n")
            bench.wait { bench.handler.requests.count == 1 }
            bench.handler.answer(bench.handler.requests[0].exchange, with: "unseen")
            client.send(echo("seen"))
            var answers: [Answer] = []
            bench.wait {
                if let answer = client.takeAnswer(toHead: answers.isEmpty) {
                    answers.append(answer)
                }
                return answers.count == 2
            }
            #expect(answers[0].fields.contains("content-length: 6"))
            #expect(answers[1].body == "seen")
        }
    }

    @Test func `a request that asks to close is answered and closed`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send(echo("last", extra: "Connection: close\r\n") + echo("ignored"))
            bench.wait {
                client.receive()
                return client.hasEnded
            }
            #expect(!client.wasReset)
            let answer = client.takeAnswer()
            #expect(answer?.body == "last")
            #expect(answer?.closes == true)
            #expect(client.input == [])
            #expect(bench.handler.requests.count == 1)
            client.close()
            bench.wait { bench.server.connectionCount == 0 }
        }
    }

    @Test func `an answer for an exchange that is gone is ignored`() throws {
        try ServerBench.run { bench in
            bench.handler.answer(ExchangeID(rawValue: 1 << 40 | 7), with: "nobody")
            let client = try bench.connect()
            client.send(echo("a"))
            bench.wait { bench.handler.delivered.count == 1 }
            bench.handler.answer(bench.handler.delivered[0], with: "twice")
            bench.pass(milliseconds: 2)
            #expect(client.takeAnswer()?.body == "a")
            #expect(client.input == [])
        }
    }

    @Test func `a refusal reaches a client that has sent more than was read`() throws {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send("NONSENSE\r\n\r\n" + String(repeating: "x", count: 300_000))
            bench.wait {
                client.receive()
                return client.hasEnded
            }
            #expect(!client.wasReset)
            #expect(client.takeAnswer()?.status == 400)
        }
    }

    @Test func `a refusal is a problem and ends the connection, and what follows is not read`()
        throws
    {
        try ServerBench.run { bench in
            let client = try bench.connect()
            client.send("NONSENSE\r\n\r\n" + echo("smuggled"))
            bench.wait {
                client.receive()
                return client.hasEnded
            }
            #expect(!client.wasReset)
            let answer = client.takeAnswer()
            #expect(answer?.status == 400)
            #expect(answer?.closes == true)
            #expect(answer?.fields.contains("content-type: application/problem+json") == true)
            #expect(answer?.body.contains(#""code":"malformed_request""#) == true)
            #expect(client.input == [])
            #expect(bench.handler.requests.isEmpty)
        }
    }
}
