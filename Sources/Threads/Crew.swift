internal import Synchronization

/// Numbered pieces of work, done by a few threads that each take the next one.
package enum Crew {
    /// Enough for the deepest that seeds and walks go.
    private static let stackBytes = 8 << 20

    private final class Board<Result: Sendable>: Sendable {
        let next = Atomic<Int>(0)
        let isStopped = Atomic<Bool>(false)
        let results = Mutex<[Int: Result]>([:])
    }

    /// What `work` makes of 0 up to `count`, in this order, on as many threads. Once `isLast` says
    /// so of a result, nobody begins another.
    package static func results<Result: Sendable>(
        through count: Int, threads: Int, name: StaticString,
        isLast: @escaping @Sendable (Result) -> Bool, _ work: @escaping @Sendable (Int) -> Result
    ) throws(ThreadError) -> [Result] {
        let board = Board<Result>()
        var running: [Thread] = []
        defer { for thread in running { thread.join() } }
        do throws(ThreadError) {
            for _ in 0..<max(1, min(threads, count)) {
                running.append(
                    try Thread(name: name, stackBytes: stackBytes) {
                        while !board.isStopped.load(ordering: .relaxed) {
                            let index = board.next.wrappingAdd(1, ordering: .relaxed).oldValue
                            guard index < count else { return }
                            let result = work(index)
                            if isLast(result) { board.isStopped.store(true, ordering: .relaxed) }
                            board.results.withLock { $0[index] = result }
                        }
                    })
            }
        } catch {
            // Nobody will hear what the others find.
            board.isStopped.store(true, ordering: .relaxed)
            throw error
        }
        for thread in running { thread.join() }
        return board.results.withLock { results in
            results.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
