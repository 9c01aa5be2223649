/// An id of ours: 41 bits of milliseconds since 2025, 8 of node, 14 of sequence. Ids sort by the
/// time at which they were made, as numbers and as text.
package protocol Identifier: RawRepresentable<Int64>, Hashable, Comparable, Sendable,
    CustomStringConvertible
{
    /// What stands before the underscore in the text form.
    static var prefix: String { get }

    init(rawValue: Int64)
}

extension Identifier {
    package static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The text form, such as `job_0c4f8k2m9a3xw`.
    package var description: String {
        var text = [UInt8]()
        text.reserveCapacity(20)
        text.append(contentsOf: Self.prefix.utf8)
        text.append(UInt8(ascii: "_"))
        Base32.append(UInt64(bitPattern: rawValue), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The id that `text` names, or nil if it is not one of this type.
    package init?(text: String) {
        let start = Self.prefix.utf8.count + 1
        guard text.utf8.count == start + Base32.digitCount,
            text.utf8.starts(with: (Self.prefix + "_").utf8),
            let value = Base32.value(Array(text.utf8)[start...]), value <= Int64.max
        else { return nil }
        self.init(rawValue: Int64(value))
    }
}

/// Names a job.
package struct JobID: Identifier {
    package static let prefix = "job"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names one run of a job.
package struct AttemptID: Identifier {
    package static let prefix = "att"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names an API key, without being it.
package struct KeyID: Identifier {
    package static let prefix = "key"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a line of the audit.
package struct AuditID: Identifier {
    package static let prefix = "aud"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a row of the ledger.
package struct LedgerID: Identifier {
    package static let prefix = "led"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a grant.
package struct GrantID: Identifier {
    package static let prefix = "grt"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names an event on its way out.
package struct EventID: Identifier {
    package static let prefix = "evt"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a tenant's endpoint, to which events go.
package struct EndpointID: Identifier {
    package static let prefix = "whe"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names the delivery of one event to one endpoint.
package struct DeliveryID: Identifier {
    package static let prefix = "dlv"
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}
