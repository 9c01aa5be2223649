import EventLoop
import Testing

@Suite struct `A connection` {
    /// A connection on the loop, what it reports, and the client at its other end.
    private struct Pair {
        let listener: TCPListener
        let server: TCPConnection
        let recorder = ConnectionRecorder()
        let client: TestSocket

        init(_ loop: Loop) throws {
            var taken: TCPConnection?
            listener = try TCPListener(loop: loop, host: "127.0.0.1", port: 0) { taken = $0 }
            client = try TestSocket(port: listener.port)
            loop.run { taken != nil }
            server = try #require(taken)
            server.handler = recorder
            server.startReading()
        }

        func close() {
            server.close()
            listener.close()
        }
    }

    @Test func `bytes go both ways`() throws {
        try withLoop { loop in
            let pair = try Pair(loop)
            pair.client.send("ping")
            loop.run { pair.recorder.text == "ping" }
            #expect(pair.server.write(Array("pong".utf8)) == .written)
            #expect(pair.server.write([]) == .written)
            #expect(pair.client.receive() == "pong")
            pair.close()
        }
    }

    @Test func `nothing is read while reading is stopped`() throws {
        try withLoop { loop in
            let pair = try Pair(loop)
            pair.server.stopReading()
            pair.client.send("later")
            var isDone = false
            loop.schedule(after: 3) { isDone = true }
            loop.run { isDone }
            #expect(pair.recorder.text == "")
            pair.server.startReading()
            pair.server.startReading()
            loop.run { pair.recorder.text == "later" }
            pair.close()
        }
    }

    @Test func `a client that ends its side is reported and can still be answered`() throws {
        try withLoop { loop in
            let pair = try Pair(loop)
            pair.client.send("question")
            pair.client.finishWriting()
            loop.run { pair.recorder.readHasEnded }
            #expect(pair.recorder.text == "question")
            #expect(pair.server.write(Array("answer".utf8)) == .written)
            pair.server.shutdown()
            loop.run { pair.client.receive() == nil || pair.server.writeQueueBytes == 0 }
            #expect(pair.recorder.error == nil)
            pair.close()
        }
    }

    @Test func `shutdown ends the stream after the bytes before it`() throws {
        try withLoop { loop in
            let pair = try Pair(loop)
            pair.server.write(Array("bye".utf8))
            pair.server.shutdown()
            var seen = ""
            loop.schedule(after: 1) {}
            loop.run {
                guard let text = pair.client.receive() else { return true }
                seen += text
                loop.schedule(after: 1) {}
                return false
            }
            #expect(seen == "bye")
            pair.close()
        }
    }

    @Test func `a reset is reported as an error`() throws {
        try withLoop { loop in
            let pair = try Pair(loop)
            pair.client.reset()
            loop.run { pair.recorder.error != nil }
            #expect(pair.recorder.error?.name == "ECONNRESET")
            pair.close()
        }
    }

    @Test func `a large write waits for a slow reader and is complete in the end`() throws {
        try withLoop { loop in
            let pair = try Pair(loop)
            let bytes = (0..<8_000_000).map { UInt8(48 + $0 % 10) }
            #expect(pair.server.write(bytes) == .waiting)
            let queued = pair.server.writeQueueBytes
            #expect(queued > 0)
            #expect(pair.server.write(Array("end".utf8)) == .waiting)
            #expect(pair.server.writeQueueBytes == queued + 3)
            var count = 0
            var tail = ""
            loop.run {
                while let text = pair.client.receive(), text != "" {
                    count += text.utf8.count
                    tail = String((tail + text).suffix(4))
                }
                return pair.recorder.writtenCount > 0 && count == bytes.count + 3
            }
            #expect(tail == "9end")
            #expect(pair.recorder.writtenCount == 1)
            #expect(pair.server.writeQueueBytes == 0)
            pair.close()
        }
    }

    @Test func `a close with bytes in the queue drops them and frees everything`() throws {
        weak var gone: TCPConnection?
        weak var recorder: ConnectionRecorder?
        try withLoop { loop in
            let pair = try Pair(loop)
            gone = pair.server
            recorder = pair.recorder
            #expect(pair.server.write([UInt8](repeating: 1, count: 8_000_000)) == .waiting)
            pair.close()
            pair.close()
            #expect(pair.server.isClosed)
            #expect(pair.server.handler == nil)
            #expect(pair.server.writeQueueBytes == 0)
            #expect(pair.server.write([1]) == .failed(UVError("write", code: -125)))
            pair.server.shutdown()
            pair.server.startReading()
            pair.server.stopReading()
        }
        #expect(gone == nil)
        #expect(recorder == nil)
    }

    @Test func `a write to a client that was reset fails`() throws {
        ProcessLimits.ignoreFailedWrites()
        try withLoop { loop in
            let pair = try Pair(loop)
            pair.server.stopReading()
            pair.client.reset()
            guard case .failed(let error) = pair.server.write([1]) else {
                Issue.record("the write did not fail")
                return pair.close()
            }
            #expect(["ECONNRESET", "EPIPE"].contains(error.name))
            pair.close()
        }
    }

    @Test func `a reset by the server reaches the client`() throws {
        try withLoop { loop in
            let pair = try Pair(loop)
            pair.server.reset()
            pair.listener.close()
            loop.runOnce()
            #expect(pair.client.receive() != nil)
        }
    }
}
