internal import Glibc

/// A thread of our own, with a name that `top -H` shows.
///
/// The body is `@Sendable`, so nothing confined to the spawning thread can slip into it: what the
/// thread owns, it makes itself.
package final class Thread {
    /// Enough for SQLite and for our own frames; the pages are only touched when used.
    package static let stackBytesDefault = 1_024 * 1_024
    /// Linux keeps 16 bytes of a thread's name, the last of them zero.
    package static let nameBytesMax = 15

    private let handle: pthread_t
    private var isJoined = false

    /// Starts `body` on a new thread.
    package init(
        name: StaticString,
        stackBytes: Int = Thread.stackBytesDefault,
        body: @escaping @Sendable () -> Void
    ) throws(ThreadError) {
        precondition(
            name.utf8CodeUnitCount <= Thread.nameBytesMax,
            "thread name '\(name)' is longer than \(Thread.nameBytesMax) bytes")
        handle = try Thread.start(ThreadBody(name: name, run: body), stackBytes: stackBytes)
    }

    deinit {
        // A thread that nobody joined frees itself when it ends.
        if !isJoined { pthread_detach(handle) }
    }

    /// Waits until the body has returned; a second call returns at once.
    package func join() {
        guard !isJoined else { return }
        isJoined = true
        let code = pthread_join(handle, nil)
        precondition(code == 0, "pthread_join returned \(code)")
    }

    private static func start(
        _ body: ThreadBody, stackBytes: Int
    ) throws(ThreadError) -> pthread_t {
        var attributes = pthread_attr_t()
        try check(unsafe pthread_attr_init(&attributes), "pthread_attr_init")
        defer { _ = unsafe pthread_attr_destroy(&attributes) }
        try check(
            unsafe pthread_attr_setstacksize(&attributes, stackBytes), "pthread_attr_setstacksize")
        // SAFETY: the reference is taken over by the new thread, or released here if none began.
        let passed = unsafe Unmanaged.passRetained(body)
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle, &attributes, enterThread, passed.toOpaque())
        if code != 0 { unsafe passed.release() }
        try check(code, "pthread_create")
        return handle
    }

    private static func check(_ code: Int32, _ operation: String) throws(ThreadError) {
        guard code == 0 else { throw ThreadError(operation: operation, code: code) }
    }
}

/// What a new thread gets: its name and its work.
private final class ThreadBody: Sendable {
    let name: StaticString
    let run: @Sendable () -> Void

    init(name: StaticString, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}

/// Called on the new thread with the reference that `start` passed.
private func enterThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { preconditionFailure("a thread began without a body") }
    // SAFETY: `start` retained exactly this object for exactly this call.
    let body = unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue()
    nameThisThread(body.name)
    body.run()
    return nil
}

/// The name is for people: a kernel that refuses it changes nothing. The C call for it is hidden
/// from Swift behind _GNU_SOURCE, the file does the same.
private func nameThisThread(_ name: StaticString) {
    let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = unsafe write(file, name.utf8Start, name.utf8CodeUnitCount)
    _ = close(file)
}
