import Core
import JSON

/// Reads plans and collects all that is wrong with them, so that one answer tells all. It knows
/// nothing of the environment.
struct PlanReader {
    let document: JSONDocument
    private(set) var faults = FaultList()

    // What was read anywhere, for what must agree among plans.
    var metricsRead: [(terms: MetricTerms, spot: Spot)] = []
    var pricesRead: [(price: PlanPrice, spot: Spot)] = []
    var featuresRead: Set<String> = []

    /// Reads a document that was checked.
    init(_ document: JSONDocument) {
        self.document = document
    }

    /// The document's only value.
    var root: Spot { Spot(node: document.root, path: "") }

    // MARK: Faults

    /// Notes what is wrong at a spot.
    mutating func refuse(_ spot: Spot, _ message: String) {
        faults.add(PlanFault(path: spot.path, message: message), at: spot.node.start)
    }

    /// Notes what is wrong with a member of an object, which may be absent.
    mutating func refuse<Field: FieldNames>(_ field: Field, of spot: Spot, _ message: String) {
        faults.add(
            PlanFault(path: spot.path(of: field.rawValue), message: message), at: spot.node.start)
    }

    /// Notes that something else was expected than what was found.
    mutating func expected(_ what: String, found spot: Spot) {
        guard !faults.isFull else { return faults.addUnkept() }
        refuse(spot, "expected \(what), found \(description(of: spot.node))")
    }

    private func description(of node: JSONNode) -> String {
        switch node.kind {
        case .object: "an object"
        case .array: "a list"
        case .string: "'\(document.text(node).clamped(bytesMax: 60))'"
        case .number:
            String(decoding: document.raw(node), as: UTF8.self).clamped(bytesMax: 40)
        case .true: "true"
        case .false: "false"
        case .null: "null"
        }
    }

    // MARK: Containers

    /// The fields of an object of ours; what is unknown or there twice is noted. Nil where there
    /// is no object.
    mutating func fields<Field: FieldNames>(
        of spot: Spot, _ known: [Field], _ what: String = "an object"
    ) -> [Field: Spot]? {
        guard spot.node.kind == .object else {
            expected(what, found: spot)
            return nil
        }
        var fields: [Field: Spot] = [:]
        for (key, value) in document.members(of: spot.node) {
            let name = document.text(key)
            let place = Spot(node: key, path: spot.path(of: name))
            guard let field = known.first(where: { document.isText(key, $0.rawValue) }) else {
                refuseUnknown(name, known.map(\.rawValue), place)
                continue
            }
            guard fields[field] == nil else {
                refuse(place, "is there twice; give it once")
                continue
            }
            fields[field] = Spot(node: value, path: place.path)
        }
        return fields
    }

    private mutating func refuseUnknown(_ name: String, _ known: [String], _ spot: Spot) {
        guard !faults.isFull else { return faults.addUnkept() }
        // A guess at a long name would take long and be wrong.
        let meant = name.utf8.count > 60 ? nil : Spelling.closest(to: name, among: known)
        let hint =
            meant.map { "did you mean '\($0)'?" }
            ?? "the fields here are \(known.joined(separator: ", "))"
        refuse(spot, "is not a known field; \(hint)")
    }

    /// The members of an object whose names are free, each once. Nothing where it is no object or
    /// has too many, which is noted, or null.
    mutating func entries(
        of spot: Spot?, _ what: String, countMax: Int
    ) -> [(name: String, spot: Spot)] {
        guard let spot, !spot.isNull else { return [] }
        guard spot.node.kind == .object else {
            expected(what, found: spot)
            return []
        }
        var entries: [(name: String, spot: Spot)] = []
        // As bytes: as text, two ways to write 'é' would be one name.
        var names = Set<[UInt8]>()
        for (key, value) in document.members(of: spot.node) {
            let name = document.text(key)
            guard names.insert(Array(name.utf8)).inserted else {
                let place = Spot(node: key, path: spot.path(of: name))
                refuse(place, "is there twice; give it once")
                continue
            }
            entries.append((name, Spot(node: value, path: spot.path(of: name))))
        }
        guard entries.count <= countMax else {
            refuse(spot, "expected at most \(countMax) members, found \(entries.count)")
            return []
        }
        return entries
    }

    /// The elements of a list. Nil where it is none or has another length, which is noted, or null.
    mutating func elements(_ spot: Spot?, _ what: String, _ counts: ClosedRange<Int>) -> [Spot]? {
        guard let spot, !spot.isNull else { return nil }
        guard spot.node.kind == .array else {
            expected(what, found: spot)
            return nil
        }
        var elements: [Spot] = []
        for (index, node) in document.elements(of: spot.node).enumerated() {
            elements.append(Spot(node: node, path: "\(spot.path)[\(index)]"))
        }
        guard counts.contains(elements.count) else {
            let wanted =
                counts.lowerBound == 0
                ? "at most \(counts.upperBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
            refuse(spot, "expected \(wanted) elements, found \(elements.count)")
            return nil
        }
        return elements
    }
}

extension JSONDocument {
    /// True if a member's name is `name`, byte for byte.
    fileprivate func isText(_ key: JSONNode, _ name: String) -> Bool {
        text(key).utf8.elementsEqual(name.utf8)
    }
}
