import Core
import JSON

/// Reads the most overage that a tenant agrees to: a number of jobs, or an object by metric.
enum SpendCaps {
    /// The caps in counted units: all that there are then, so that an empty object leaves those
    /// that are as great as the limits, and so does null for its metric. Null in place of all of
    /// them is no way to have none: overage without end is not sold.
    static func read(
        _ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) -> [Metric: Int64]? {
        switch node.kind {
        case .null:
            reader.refuse(
                spot.path,
                "cannot be null, which would be overage without end; give {} for caps as great as"
                    + " the limits, or a number of jobs")
            return nil
        case .object:
            return readObject(node, spot, &reader)
        case .number:
            return reader.amount(node, of: .jobs, at: spot.path).map { [.jobs: $0] }
        case .array, .string, .true, .false:
            reader.expected(
                "a number of jobs, or an object such as {\"jobs\":100}", found: node,
                at: spot.path)
            return nil
        }
    }

    private static func readObject(
        _ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) -> [Metric: Int64] {
        var caps: [Metric: Int64] = [:]
        reader.metrics(of: node, at: spot.path) { metric, value, path, reader in
            guard value.kind != .null else { return }
            caps[metric] = reader.amount(value, of: metric, at: path)
        }
        return caps
    }
}

extension BodyReader {
    /// Goes through an object whose members are named after metrics. What cannot be a metric, or is
    /// there twice, is noted as wrong and passed over.
    mutating func metrics(
        of object: JSONNode, at path: String,
        _ body: (Metric, JSONNode, String, inout BodyReader) -> Void
    ) {
        var seen = Set<Metric>()
        for (key, value) in document.members(of: object) {
            let name = document.text(key).clamped(bytesMax: 100)
            let memberPath = "\(path).\(name)"
            guard Names.isMetric(name) else {
                refuse(memberPath, "is no name of a metric, which is \(Names.metricRule)")
                continue
            }
            let metric = Metric(name: name)
            guard seen.insert(metric).inserted else {
                refuse(memberPath, "is there twice; give it once")
                continue
            }
            body(metric, value, memberPath, &self)
        }
    }
}
