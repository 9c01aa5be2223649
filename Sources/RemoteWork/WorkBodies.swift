import Core
import JSON
import Programs
import Runner

/// The bodies of a worker's calls.
enum WorkBodies {
    static func pull(
        _ pull: WorkPull, waitMilliseconds: Int64, leaseMilliseconds: Int64, asksGrace: Bool,
        worker: String
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if !pull.queues.isEmpty { writer.texts("queues", pull.queues) }
        writer.texts("kinds", pull.kinds)
        writer.field("max", pull.jobsMax)
        writer.seconds("wait", waitMilliseconds)
        writer.seconds("lease", leaseMilliseconds)
        // What is overdue is ended here, and its end is told with its log and its trace.
        if asksGrace { writer.seconds("grace", Limits.runnerTimeoutGraceMilliseconds) }
        writer.field("worker", worker)
        writer.endObject()
        return writer.bytes
    }

    static func heartbeat(
        _ beats: [WorkBeat], leaseMilliseconds: Int64, saysLogStart: Bool
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("leases")
        writer.beginArray()
        for beat in beats {
            writer.beginObject()
            writer.field("token", beat.token)
            if let progress = beat.progress { writer.progress(progress) }
            if !beat.log.isEmpty {
                writer.texts("log", beat.log)
                if saysLogStart { writer.field("log_start", beat.logStart) }
            }
            writer.endObject()
        }
        writer.endArray()
        writer.seconds("lease", leaseMilliseconds)
        writer.endObject()
        return writer.bytes
    }

    /// The body of a call with these items.
    static func results(_ items: [[UInt8]]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("results")
        writer.beginArray()
        for item in items { writer.raw(item) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    static func release(_ tokens: [String], delayMilliseconds: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.texts("tokens", tokens)
        writer.seconds("delay", delayMilliseconds)
        writer.endObject()
        return writer.bytes
    }

    /// An end that succeeded or failed, as an item of its call.
    static func item(_ end: WorkEnd) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("token", end.token)
        switch end.verdict {
        case .succeeded(let result): if let result { writer.field("result", raw: result) }
        case .failed(let error, let retry, _):
            writer.error(error)
            switch retry {
            case .byPolicy: break
            case .never: writer.field("retry", false)
            case .after(let milliseconds): writer.seconds("retry_in", milliseconds)
            }
        case .unstarted(let error):
            writer.error(error)
            // The server believes it of keys that are bound to no tenant.
            writer.field("could_not_start", true)
        case .released, .abandoned: break
        }
        if !end.usage.isEmpty {
            writer.key("usage")
            writer.beginObject()
            for (name, amount) in end.usage.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                writer.integer(amount)
            }
            writer.endObject()
        }
        writer.seconds("ran", end.ranMilliseconds)
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func texts(_ name: StaticString, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    fileprivate mutating func seconds(_ name: StaticString, _ milliseconds: Int64) {
        key(name)
        if milliseconds % 1_000 == 0 {
            integer(milliseconds / 1_000)
        } else {
            number(Double(milliseconds) / 1_000)
        }
    }

    fileprivate mutating func progress(_ progress: JobChannel.Progress) {
        key("progress")
        beginObject()
        if let percent = progress.percent {
            key("percent")
            number(percent)
        }
        if let message = progress.message { field("message", message) }
        endObject()
    }

    fileprivate mutating func error(_ error: WorkError) {
        key("error")
        beginObject()
        field("type", error.type)
        field("message", error.message)
        if let trace = error.trace { field("trace", trace) }
        endObject()
    }
}
