import Core
import JSON

/// The values that fields have. Each gives nil where the value is wrong, which is then noted, or
/// null, which is as good as absent.
extension BodyReader {
    /// A text of at most so many bytes.
    mutating func text(_ node: JSONNode, _ spot: Spot, bytes: ClosedRange<Int>) -> String? {
        guard let text = string(node, spot) else { return nil }
        guard bytes.contains(text.utf8.count) else {
            refuse(
                spot.path,
                "expected a text of \(bytes.lowerBound) to \(bytes.upperBound) bytes, found one of"
                    + " \(text.utf8.count)")
            return nil
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            refuse(spot.path, "expected a text without control characters")
            return nil
        }
        return text
    }

    /// Any text.
    mutating func string(_ node: JSONNode, _ spot: Spot) -> String? {
        switch node.kind {
        case .string:
            return document.text(node)
        case .null:
            return nil
        case .object, .array, .number, .true, .false:
            expected("a text", found: node, at: spot.path)
            return nil
        }
    }

    /// A kind or a queue.
    mutating func name(_ node: JSONNode, _ spot: Spot) -> String? {
        guard let text = string(node, spot) else { return nil }
        guard Names.isKindOrQueue(text) else {
            expected(Names.kindOrQueueRule, found: node, at: spot.path)
            return nil
        }
        return text
    }

    /// A tenant's id.
    mutating func tenant(_ node: JSONNode, _ spot: Spot) -> String? {
        guard let text = string(node, spot) else { return nil }
        guard Names.isTenant(text) else {
            expected(Names.tenantRule, found: node, at: spot.path)
            return nil
        }
        return text
    }

    /// A whole number within a range.
    mutating func integer(_ node: JSONNode, _ spot: Spot, _ range: ClosedRange<Int>) -> Int? {
        guard node.kind != .null else { return nil }
        guard let value = document.integer(node), let number = Int(exactly: value),
            range.contains(number)
        else {
            expected(
                "an integer from \(range.lowerBound) to \(range.upperBound)", found: node,
                at: spot.path)
            return nil
        }
        return number
    }

    /// One of a few words.
    mutating func choice<Choice>(
        _ node: JSONNode, _ spot: Spot, among choices: [Choice], name: (Choice) -> String
    ) -> Choice? {
        guard let text = string(node, spot) else { return nil }
        if let choice = choices.first(where: { name($0) == text }) { return choice }
        let words = choices.map { "'\(name($0))'" }.joined(separator: ", ")
        expected("one of \(words)", found: node, at: spot.path)
        return nil
    }

    /// A metric's name. Whether there is such a metric is for the store to say.
    mutating func metric(_ node: JSONNode, _ spot: Spot) -> Metric? {
        guard let text = string(node, spot) else { return nil }
        guard Names.isMetric(text) else {
            expected("a metric, which is \(Names.metricRule)", found: node, at: spot.path)
            return nil
        }
        return Metric(name: text)
    }

    /// An amount of a metric, in counted units.
    mutating func amount(_ node: JSONNode, of metric: Metric, at path: String) -> Int64? {
        guard let value = document.integer(node), let shown = Int(exactly: value),
            (0...metric.shownMax).contains(shown)
        else {
            expected("an integer from 0 to \(metric.shownMax)", found: node, at: path)
            return nil
        }
        return metric.counted(shown)
    }

    /// True or false.
    mutating func bool(_ node: JSONNode, _ spot: Spot) -> Bool? {
        switch node.kind {
        case .true:
            return true
        case .false:
            return false
        case .null:
            return nil
        case .object, .array, .string, .number:
            expected("true or false", found: node, at: spot.path)
            return nil
        }
    }

    /// A duration in milliseconds: a number of seconds, or text such as `5m`.
    mutating func duration(
        _ node: JSONNode, _ spot: Spot, _ range: ClosedRange<Int64>
    ) -> Int64? {
        guard node.kind != .null else { return nil }
        guard let value = milliseconds(node), range.contains(value) else {
            expected(
                "a duration from \(DurationText.text(range.lowerBound)) to"
                    + " \(DurationText.text(range.upperBound)), in seconds or as text such as"
                    + " \"5m\"",
                found: node, at: spot.path)
            return nil
        }
        return value
    }

    private func milliseconds(_ node: JSONNode) -> Int64? {
        switch node.kind {
        case .string:
            return DurationText.milliseconds(document.text(node))
        case .number:
            if let whole = document.integer(node) {
                return whole >= 0 && whole <= Limits.durationMillisecondsMax / 1_000
                    ? whole * 1_000 : nil
            }
            return DurationText.milliseconds(String(decoding: document.raw(node), as: UTF8.self))
        case .object, .array, .true, .false, .null:
            return nil
        }
    }

    /// An RFC 3339 time.
    mutating func time(_ node: JSONNode, _ spot: Spot) -> Timestamp? {
        guard node.kind != .null else { return nil }
        guard node.kind == .string, let time = Timestamp(rfc3339: document.text(node)) else {
            expected(
                "an RFC 3339 time such as \"2026-12-01T09:00:00Z\"", found: node, at: spot.path)
            return nil
        }
        return time
    }

    /// The elements of a list that may be so long.
    mutating func elements(
        _ node: JSONNode, _ spot: Spot, _ range: ClosedRange<Int>
    ) -> JSONElements? {
        guard node.kind != .null else { return nil }
        guard node.kind == .array else {
            expected("a list", found: node, at: spot.path)
            return nil
        }
        let elements = document.elements(of: node)
        var count = 0
        for _ in elements { count += 1 }
        guard range.contains(count) else {
            refuse(
                spot.path,
                "expected \(range.lowerBound) to \(range.upperBound) elements, found \(count)")
            return nil
        }
        return elements
    }

    /// A list of kinds or queues, each once.
    mutating func names(
        _ node: JSONNode, _ spot: Spot, _ range: ClosedRange<Int>
    ) -> [String]? {
        guard let elements = elements(node, spot, range) else { return nil }
        var names: [String] = []
        for (index, element) in elements.enumerated() {
            guard let name = name(required(element, spot.element(index)), spot.element(index))
            else { continue }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Notes a null where a value has to be.
    mutating func required(_ node: JSONNode, _ spot: Spot) -> JSONNode {
        if node.kind == .null { expected("a value", found: node, at: spot.path) }
        return node
    }
}
