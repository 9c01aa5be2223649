import Core

/// Marks of ids in the texts of queries, which cannot write an id as people see it.
enum IDMarks {
    /// The text with each `job#`, `att#`, `key#`, `led#`, `grt#`, `evt#`, `whe#` and
    /// `dlv#` before a number as that id.
    static func written(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "#")) else { return text }
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        var result = String(parts[0])
        for part in parts.dropFirst() {
            let digits = part.prefix { "-0123456789".contains($0) }
            if let number = Int64(digits), let id = id(number, mark: String(result.suffix(3))) {
                result = result.dropLast(3) + id + part.dropFirst(digits.count)
            } else {
                result += "#" + part
            }
        }
        return result
    }

    private static func id(_ number: Int64, mark: String) -> String? {
        switch mark {
        case JobID.prefix: JobID(rawValue: number).description
        case AttemptID.prefix: AttemptID(rawValue: number).description
        case KeyID.prefix: KeyID(rawValue: number).description
        case LedgerID.prefix: LedgerID(rawValue: number).description
        case GrantID.prefix: GrantID(rawValue: number).description
        case EventID.prefix: EventID(rawValue: number).description
        case EndpointID.prefix: EndpointID(rawValue: number).description
        case DeliveryID.prefix: DeliveryID(rawValue: number).description
        default: nil
        }
    }
}
