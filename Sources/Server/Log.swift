import Core
import EventLoop
import JSON

/// How much a line matters to an operator.
package enum LogLevel: String, Sendable {
    /// An operator cares.
    case info
    /// It will get worse.
    case warn
    /// Someone must act.
    case error
}

/// One line an event on stderr. The event's name is a constant; data goes into fields; payloads
/// and keys never do.
package struct Log: Sendable {
    private let format: LogFormat

    /// A log in this format.
    package init(format: LogFormat) {
        self.format = format
    }

    /// Writes a line. `format` overrides the log's own, for lines that programs look for.
    package func write(
        _ level: LogLevel, _ event: StaticString, _ fields: [(StaticString, String)] = [],
        format: LogFormat? = nil
    ) {
        let now = Timestamp(milliseconds: Loop.wallMilliseconds)
        switch format ?? self.format {
        case .json: writeJSON(level, event, fields, now)
        case .text: writeText(level, event, fields, now)
        }
    }

    private func writeJSON(
        _ level: LogLevel, _ event: StaticString, _ fields: [(StaticString, String)],
        _ now: Timestamp
    ) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("event", event.description)
        for (name, value) in fields { writer.field(name, value) }
        writer.field("level", level.rawValue)
        writer.field("ts", now.description)
        writer.endObject()
        StandardError.write(writer.bytes + [10])
    }

    private func writeText(
        _ level: LogLevel, _ event: StaticString, _ fields: [(StaticString, String)],
        _ now: Timestamp
    ) {
        var line = "\(now) \(level.rawValue) \(event)"
        for (name, value) in fields { line += " \(name)=\(value)" }
        StandardError.write(Array((line + "\n").utf8))
    }
}
