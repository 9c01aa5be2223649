internal import Synchronization

/// Numbered pieces of work, done by a few threads that each take the next one.
package enum Crew {
    private final class Board<Result: Sendable>: Sendable {
        let next = Atomic<Int>(0)
        let isStopped = Atomic<Bool>(false)
        let results = Mutex<[Int: Result]>([:])
    }

    /// What `work` makes of 0 up to `count`, in this order, on as many threads. Once `isLast` says
    /// so of a result, nobody begins another.
    package static func results<Result: Sendable>(
        through count: Int, threads: Int, name: StaticString, stackBytes: Int,
        isLast: @escaping @Sendable (Result) -> Bool, _ work: @escaping @Sendable (Int) -> Result
    ) throws(ThreadError) -> [Result] {
        let board = Board<Result>()
        try join(threads: max(1, min(threads, count)), name: name, stackBytes: stackBytes) {
            while !board.isStopped.load(ordering: .relaxed) {
                let index = board.next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let result = work(index)
                if isLast(result) { board.isStopped.store(true, ordering: .relaxed) }
                board.results.withLock { $0[index] = result }
            }
        }
        return board.results.withLock { results in
            results.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private static func join(
        threads: Int, name: StaticString, stackBytes: Int, _ body: @escaping @Sendable () -> Void
    ) throws(ThreadError) {
        var running: [Thread] = []
        defer { for thread in running { thread.join() } }
        for _ in 0..<threads {
            running.append(try Thread(name: name, stackBytes: stackBytes, body: body))
        }
    }
}
