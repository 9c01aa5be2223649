import Core
import JSON

/// The values that fields have. Each gives nil where the value is wrong, which is then noted, or
/// where it is absent or null.
extension PlanReader {
    /// A field's value where there has to be one; its absence is noted.
    mutating func required<Field: FieldNames>(
        _ field: Field, _ fields: [Field: Spot], of spot: Spot, _ hint: String
    ) -> Spot? {
        guard let value = fields[field], !value.isNull else {
            refuse(field, of: spot, "is missing; \(hint)")
            return nil
        }
        return value
    }

    /// A text that must look so.
    mutating func text(
        _ spot: Spot?, _ what: String, where isFit: (String) -> Bool
    ) -> String? {
        guard let spot, !spot.isNull else { return nil }
        guard spot.node.kind == .string, case let text = document.text(spot.node), isFit(text)
        else {
            expected(what, found: spot)
            return nil
        }
        return text
    }

    /// A text for people, of at most so many bytes.
    mutating func text(_ spot: Spot?, bytesMax: Int) -> String? {
        text(spot, "a text of 1 to \(bytesMax) bytes without control characters") { text in
            (1...bytesMax).contains(text.utf8.count)
                && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
    }

    /// A whole number in a range.
    mutating func integer(
        _ spot: Spot?, _ range: ClosedRange<Int64>, _ more: String = ""
    ) -> Int64? {
        guard let spot, !spot.isNull else { return nil }
        guard let value = document.integer(spot.node), range.contains(value) else {
            expected(
                "a whole number from \(range.lowerBound) to \(range.upperBound)\(more)",
                found: spot)
            return nil
        }
        return value
    }

    /// One of the names that there are.
    mutating func choice<Choice>(
        _ spot: Spot?, among choices: [Choice], name: (Choice) -> String
    ) -> Choice? {
        guard let spot, !spot.isNull else { return nil }
        let found = choices.first {
            spot.node.kind == .string
                && document.text(spot.node).utf8.elementsEqual(name($0).utf8)
        }
        guard let found else {
            expected(choices.map { "'\(name($0))'" }.joined(separator: " or "), found: spot)
            return nil
        }
        return found
    }

    /// An amount of money. As a number it could be rounded by whoever wrote the file.
    mutating func price(_ spot: Spot?) -> Price? {
        guard let spot, !spot.isNull else { return nil }
        guard spot.node.kind == .string, let price = Price(text: document.text(spot.node)) else {
            expected(
                "a decimal in quotes, such as \"0.05\", less than 1000000 and with at most 9"
                    + " decimals", found: spot)
            return nil
        }
        return price
    }

    /// A duration in milliseconds: text such as `1m`, or a number of seconds.
    mutating func milliseconds(_ spot: Spot?, _ range: ClosedRange<Int64>) -> Int64? {
        guard let spot, !spot.isNull else { return nil }
        let text: String? =
            switch spot.node.kind {
            case .string: document.text(spot.node)
            case .number: document.integer(spot.node).map { String($0) }
            case .object, .array, .true, .false, .null: nil
            }
        guard let text, let value = DurationText.milliseconds(text), range.contains(value) else {
            expected(
                "a duration from \(DurationText.text(range.lowerBound)) to"
                    + " \(DurationText.text(range.upperBound)), such as \"1m\"", found: spot)
            return nil
        }
        return value
    }
}
