internal import Synchronization

/// Work that may take long and that nobody waits for, on a few threads that are there only while
/// there is some.
package final class SideWork: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var threads = 0
    }

    private let name: StaticString
    private let threadsMax: Int
    private let waitingMax: Int
    private let state = Mutex<State>(State())

    /// At most so many at once, and so many that wait.
    package init(name: StaticString, threadsMax: Int, waitingMax: Int) {
        self.name = name
        self.threadsMax = threadsMax
        self.waitingMax = waitingMax
    }

    /// Does this as soon as there is a thread for it; false if too much waits already, or if the
    /// system has no thread.
    @discardableResult
    package func add(_ work: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, needsThread) = state.withLock { state in
            guard state.waiting.count < waitingMax else { return (false, false) }
            state.waiting.append(work)
            guard state.threads < threadsMax else { return (true, false) }
            state.threads += 1
            return (true, true)
        }
        guard needsThread else { return isTaken }
        do throws(ThreadError) {
            _ = try Thread(name: name) { [self] in run() }
            return true
        } catch {
            return state.withLock { state in
                state.threads -= 1
                // Whoever runs takes it; without anybody it would wait for the next one's thread.
                guard state.threads == 0 else { return true }
                state.waiting = []
                return false
            }
        }
    }

    private func run() {
        while let work = next() { work() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.threads -= 1
            return nil
        }
    }
}
