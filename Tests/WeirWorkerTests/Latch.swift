import Synchronization

/// What handlers wait for until a test opens it, or their task is canceled.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var isCanceled: Set<Int> = []
        var count = 0
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
    }

    private let state = Mutex(State())

    /// Waits for `open`; throws if the task is canceled before.
    func wait() async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                state.withLock { state in
                    if state.isCanceled.contains(number) {
                        continuation.resume(throwing: CancellationError())
                    } else if state.isOpen {
                        continuation.resume()
                    } else {
                        state.waiters[number] = continuation
                    }
                }
            }
        } onCancel: {
            state.withLock { state in
                state.isCanceled.insert(number)
                state.waiters.removeValue(forKey: number)?.resume(throwing: CancellationError())
            }
        }
    }

    /// Lets all pass, from now on.
    func open() {
        state.withLock { state in
            state.isOpen = true
            for waiter in state.waiters.values { waiter.resume() }
            state.waiters = [:]
        }
    }
}
