import Core
import JSON

extension JSONWriter {
    /// A time as RFC 3339 text with milliseconds, or null.
    mutating func time(_ name: StaticString, _ time: Timestamp?) {
        key(name)
        if let time { self.time(time) } else { null() }
    }

    /// The text of a time, straight from its digits: a job shows up to six of them.
    mutating func time(_ time: Timestamp) {
        string(bytesMax: Timestamp.textBytesMax) { $0.append(rfc3339: time) }
    }

    /// A duration in seconds, whole where it is.
    mutating func seconds(_ name: StaticString, milliseconds: Int64) {
        key(name)
        if milliseconds % 1_000 == 0 {
            integer(milliseconds / 1_000)
        } else {
            number(Double(milliseconds) / 1_000)
        }
    }

    /// A number or null.
    mutating func count(_ name: StaticString, _ count: Int64?) {
        key(name)
        if let count { integer(count) } else { null() }
    }

    /// Stored JSON or null.
    mutating func json(_ name: StaticString, _ json: [UInt8]?) {
        key(name)
        if let json { raw(json) } else { null() }
    }

    /// A list of texts or null.
    mutating func texts(_ name: StaticString, _ texts: [String]?) {
        key(name)
        guard let texts else {
            null()
            return
        }
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
