import Glibc
import Testing
import Threads

@Suite struct `Threads` {
    @Test func `a thread runs its body and join waits for it`() throws {
        let box = Mailbox<Int>(countMax: 1)
        let thread = try Thread(name: "test-body") {
            _ = box.post(42)
        }
        thread.join()
        #expect(box.take(atMost: 1) == .values([42]))
        thread.join()
    }

    @Test func `a thread has its name`() throws {
        let box = Mailbox<String?>(countMax: 1)
        let thread = try Thread(name: "test-name") {
            _ = box.post(textOfFile("/proc/thread-self/comm"))
        }
        thread.join()
        #expect(box.take(atMost: 1) == .values(["test-name\n"]))
    }

    @Test func `a stack smaller than the system allows is refused with its errno`() {
        let error = #expect(throws: ThreadError.self) {
            _ = try Thread(name: "test-stack", stackBytes: 1) {}
        }
        #expect(error?.operation == "pthread_attr_setstacksize")
        #expect(error?.code == 22)
    }

    @Test func `the monotonic clock does not run backwards`() {
        let first = MonotonicClock.nowNanoseconds
        let second = MonotonicClock.nowNanoseconds
        #expect(second >= first)
        #expect(MonotonicClock.nowMilliseconds >= first / 1_000_000)
    }

    @Test func `the wall clock is after the day on which ids begin`() {
        #expect(WallClock.nowMilliseconds > 1_735_689_600_000)
    }
}

/// The first 100 bytes of a file as text.
private func textOfFile(_ path: String) -> String? {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(file, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
}
