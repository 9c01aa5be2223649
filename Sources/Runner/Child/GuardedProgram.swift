internal import Core
package import EventLoop
package import Programs

/// One job's program, with its guard, as seen from the loop. Used on the loop thread only.
package final class GuardedProgram {
    /// The ways by which a program speaks.
    package enum Stream: CaseIterable, Sendable {
        case output
        case errors
        case channel
    }

    private let loop: Loop
    private let nursery: Nursery
    private let order: GuardOrder
    private var streams: [Stream: LocalStream] = [:]
    private var control: LocalStream?
    private var report: [UInt8] = []
    private var end: ProgramEnd?
    private var drain: DeadlineID?
    private var overdue: DeadlineID?
    private let onBytes: (Stream, [UInt8]) -> Void
    private var onEnd: ((ProgramEnd) -> Void)?

    /// Has the program started with `payload` as its standard input. `onEnd` is called once, after
    /// all that it said, when no process of it is left.
    package init(
        loop: Loop, nursery: Nursery, order: GuardOrder, payload: [UInt8],
        onBytes: @escaping (Stream, [UInt8]) -> Void, onEnd: @escaping (ProgramEnd) -> Void
    ) throws(UVError) {
        self.loop = loop
        self.nursery = nursery
        self.order = order
        self.onBytes = onBytes
        self.onEnd = onEnd
        // In the order of `CGuard`: input, output, errors, channel, control.
        var sent: [Int32] = []
        let bytes = order.bytes
        do throws(UVError) {
            guard bytes.count <= Limits.orderBytesMax else {
                throw UVError("order", code: UVError.listTooLong)
            }
            sent.append(try Descriptors.payload(payload))
            for stream in Stream.allCases {
                let pair = try Descriptors.pipe()
                sent.append(pair.far)
                streams[stream] = try LocalStream(loop: loop, adopting: pair.near)
            }
            let pair = try Descriptors.controlPair()
            sent.append(pair.far)
            let control = try LocalStream(loop: loop, adopting: pair.near)
            self.control = control
            // A new socket has room for all of an order.
            guard control.write(bytes) else {
                throw UVError("order", code: UVError.listTooLong)
            }
            let all = sent
            sent = []
            try nursery.send(all)
        } catch {
            for descriptor in sent { Descriptors.close(descriptor) }
            close()
            throw error
        }
        startReading()
    }

    /// Asks the program, and all of its group, to end: SIGTERM.
    package func terminate() { tell("T") }

    /// Ends all that is left of it: SIGKILL. A guard that does not do so in time, because its
    /// program holds it up, is killed itself, and what it guarded with it.
    package func kill() {
        tell("K")
        guard control != nil, overdue == nil else { return }
        overdue = loop.schedule(after: Limits.guardMilliseconds) { [unowned self] in
            overdue = nil
            nursery.wake()
            // One that has ended was reaped: its number may be another's by now.
            guard control != nil, let mark else { return }
            ChildGuard.kill(mark.process)
        }
    }

    private func tell(_ word: Unicode.Scalar) {
        guard let control else { return }
        _ = control.write([UInt8(ascii: word)])
        // Only who was stopped needs it. The guard's socket is open, so that it is alive.
        nursery.wake()
        if let mark { ChildGuard.wake(mark.process) }
    }

    /// Who the guard is, once it has said so.
    private var mark: GuardMark? { GuardMark(report: report) }

    /// Makes the program wait with its log until `resume`.
    package func pauseLog() {
        guard end == nil else { return }
        streams[.output]?.pause()
        streams[.errors]?.pause()
    }

    /// Goes on after `pauseLog`.
    package func resumeLog() {
        streams[.output]?.resume()
        streams[.errors]?.resume()
    }

    /// Lets go of it without a word; the guard finds its server gone, and kills. Closing twice does
    /// nothing.
    package func close() {
        control?.close()
        control = nil
        for stream in streams.values { stream.close() }
        streams = [:]
        for id in [drain, overdue].compactMap(\.self) { loop.cancel(id) }
        drain = nil
        overdue = nil
        onEnd = nil
    }

    private func startReading() {
        for (name, stream) in streams {
            stream.read(
                onBytes: { [unowned self] in onBytes(name, $0) },
                onEnd: { [unowned self] in ended(name) })
        }
        control?.read(
            onBytes: { [unowned self] in report += $0.prefix(GuardedProgram.reportBytesMax) },
            onEnd: { [unowned self] in guardEnded() })
    }

    /// A guard says three short lines.
    private static let reportBytesMax = 1_024

    private func ended(_ name: Stream) {
        streams.removeValue(forKey: name)?.close()
        finishIfDone()
    }

    /// The guard ends last, so that all that the program said is in the pipes by now.
    private func guardEnded() {
        control?.close()
        control = nil
        if let overdue { loop.cancel(overdue) }
        overdue = nil
        let lines = report.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
        let last = lines.last.flatMap { ProgramEnd(report: Array($0.utf8) + [10]) }
        let begin = lines.first { $0.hasPrefix("started") }
        // A guard that has named itself may have begun the program, which can end it before it says
        // that: what nobody knows was no start that failed, which costs nothing.
        var end =
            last
            ?? ProgramEnd(mark == nil ? .unstarted(.guardItself, error: 0) : .guardLost)
        end.isOutsideGroup = begin == "started outside"
        if last == nil { mark?.sweep(order) }
        self.end = end
        // The program may have stopped it, which then would neither reap nor begin another.
        nursery.wake()
        resumeLog()
        // Whoever else got hold of a pipe does not hold up the job.
        drain = loop.schedule(after: Limits.pipeDrainMilliseconds) { [unowned self] in
            drain = nil
            for stream in streams.values { stream.close() }
            streams = [:]
            finishIfDone()
        }
        finishIfDone()
    }

    private func finishIfDone() {
        guard let end, streams.isEmpty, let onEnd else { return }
        close()
        onEnd(end)
    }
}
