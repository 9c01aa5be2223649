internal import CGuard
package import EventLoop

/// The process that makes a guard for each job. It is started for the first job, and again should
/// it have ended. Used on the loop thread only.
package final class Nursery {
    private let loop: Loop
    private let program: String
    private var process: Subprocess?
    private var socket: Int32 = -1
    private var waiting: [[Int32]] = []
    /// Tells the end of this nursery from that of one before.
    private var startCount = 0
    private var retry: DeadlineID?

    private static let retryMilliseconds: Int64 = 2

    /// A nursery that is `program`, called with `child-guard`.
    package init(loop: Loop, program: String = ProcessEnvironment.programPath) {
        self.loop = loop
        self.program = program
    }

    deinit {
        precondition(socket < 0, "a nursery was dropped before it was closed")
    }

    /// Starts it before the first job needs it: while this process is small and has one thread.
    package func prepare() throws(UVError) {
        if process == nil { try start() }
    }

    /// Hands over what a guard needs, in the order of `CGuard`; it is closed here then.
    func send(_ descriptors: [Int32]) throws(UVError) {
        precondition(descriptors.count == WEIR_GUARD_DESCRIPTORS)
        waiting.append(descriptors)
        do throws(UVError) {
            if process == nil { try start() }
            wake()
            try sendWaiting()
        } catch {
            // This job is told by what is thrown, others that wait by their sockets, which end.
            close()
            throw error
        }
    }

    /// A burst of jobs can be more than the socket has room for.
    private func sendWaiting() throws(UVError) {
        while let next = waiting.first {
            let code = unsafe next.withUnsafeBufferPointer { list in
                unsafe list.baseAddress.map { unsafe weir_nursery_send(socket, $0) } ?? -1
            }
            guard code == 0 else {
                let fault = Descriptors.fault("send")
                guard fault.isBusy else { throw fault }
                if retry == nil {
                    retry = loop.schedule(after: Nursery.retryMilliseconds) { [unowned self] in
                        retry = nil
                        // A nursery that has gone takes nothing; those that wait see their sockets
                        // end.
                        do throws(UVError) { try sendWaiting() } catch { close() }
                    }
                }
                return
            }
            waiting.removeFirst()
            for descriptor in next { Descriptors.close(descriptor) }
        }
    }

    /// Lets it go on if it was stopped.
    func wake() {
        if let process { ChildGuard.wake(process.id) }
    }

    /// Lets it go; guards that run stay, and are told by their own sockets. Closing twice does
    /// nothing.
    package func close() {
        // It ends by itself now, and is reaped then.
        process = nil
        if let retry { loop.cancel(retry) }
        retry = nil
        for descriptor in waiting.joined() { Descriptors.close(descriptor) }
        waiting = []
        Descriptors.close(socket)
        socket = -1
    }

    /// Lets it go without looking whether it ends: for the end of this process, after which the
    /// system reaps it. Leaving twice does nothing.
    package func leave() {
        process?.close()
        close()
    }

    private func start() throws(UVError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe weir_nursery_pair(&ends) == 0 else { throw Descriptors.fault("socketpair") }
        defer { Descriptors.close(ends[1]) }
        startCount += 1
        let number = startCount
        do throws(UVError) {
            process = try Subprocess(
                loop: loop, path: program, words: ["weir", "child-guard"],
                environment: ["PATH=/usr/bin:/bin"], descriptors: [nil, nil, nil, ends[1]]
            ) { [weak self, number] _, _ in
                if let self, startCount == number { close() }
            }
        } catch {
            Descriptors.close(ends[0])
            throw error
        }
        process?.unref()
        socket = ends[0]
    }
}
