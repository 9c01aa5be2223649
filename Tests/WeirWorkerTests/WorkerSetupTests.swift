import Glibc
import Testing

@testable import WeirWorker

@Suite struct `The set-up of a worker` {
    private struct Empty: Decodable {}

    private func worker(
        url: String = "http://127.0.0.1:9", key: String = "weir_worker_x", concurrency: Int = 1,
        queues: [String] = [], lease: Duration = .seconds(30)
    ) -> Worker {
        Worker(url: url, key: key, concurrency: concurrency, queues: queues, lease: lease)
    }

    private func handle(
        _ kind: String, by worker: Worker, queue: String? = nil, concurrency: Int? = nil
    ) {
        worker.handle(kind, queue: queue, concurrency: concurrency) { (_: Empty, _) in }
    }

    /// What `run` says of a worker that was told to stop before: it must not get as far as that.
    private func fault(_ worker: Worker) async -> String {
        worker.stop()
        do throws(WorkerError) {
            try await worker.run(stopsOnSignals: false)
            return "none"
        } catch {
            guard case .setup(let sentence) = error else { return "\(error)" }
            #expect(error.description == sentence && sentence.hasSuffix("."))
            return sentence
        }
    }

    @Test func `is refused with a sentence where it cannot be`() async {
        let cases: [(Worker, String)] = [
            (worker(url: "127.0.0.1:8787"), "URL"), (worker(key: ""), "WEIR_KEY"),
            (worker(key: "a b"), "signs"), (worker(concurrency: 0), "not 0"),
            (worker(concurrency: 1_001), "not 1001"), (worker(queues: ["a b"]), "'a b'"),
            (worker(queues: (0..<65).map { "q\($0)" }), "not 65"),
            (worker(lease: .seconds(4)), "5s to 1h, not 4s"),
            (worker(lease: .seconds(4_000)), "not 4000s"),
        ]
        for (worker, part) in cases {
            handle("a", by: worker)
            let sentence = await fault(worker)
            #expect(sentence.contains(part), "\(sentence)")
        }
    }

    @Test func `is refused for handlers that cannot be`() async {
        #expect(await fault(worker()).contains("no handlers"))
        let cases: [(String, String?, Int?, String)] = [
            ("../a", nil, nil, "'../a'"), ("a", "b c", nil, "'b c'"), ("a", nil, 0, "not 0"),
        ]
        for (kind, queue, concurrency, part) in cases {
            let worker = worker()
            handle(kind, by: worker, queue: queue, concurrency: concurrency)
            let sentence = await fault(worker)
            #expect(sentence.contains(part), "\(sentence)")
        }
        let twice = worker()
        handle("a", by: twice)
        handle("a", by: twice)
        #expect(await fault(twice).contains("two handlers"))
    }

    @Test func `asks nobody for work once it was told to stop`() async throws {
        let listener = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(listener) }
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
        try #require(isBound)
        let port = UInt16(bigEndian: address.sin_port)
        for _ in 0..<10 {
            let worker = worker(url: "http://127.0.0.1:\(port)")
            handle("a", by: worker)
            #expect(await fault(worker) == "none")
        }
        #expect(accept(listener, nil, nil) < 0 && errno == EAGAIN)
    }

    @Test func `is for one run, which a stop before it ends at once`() async throws {
        let worker = worker()
        handle("a", by: worker)
        #expect(await fault(worker) == "none")
        #expect(await fault(worker).contains("runs once"))
    }
}
