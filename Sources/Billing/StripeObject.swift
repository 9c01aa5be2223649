internal import Core
internal import JSON

/// An object in a body of Stripe's. Its members are found once; reading never stops the program.
///
/// What is absent or null is nil. What decides something and is of another type than Stripe says
/// is `Unreadable`; what is only shown is nil then.
struct StripeObject {
    private let document: JSONDocument
    private let members: [String: JSONNode]
    /// Where it stands, for messages.
    private let path: String

    /// The object at `node`; nil if there is none.
    init?(_ document: JSONDocument, _ node: JSONNode, path: String) {
        guard node.kind == .object else { return nil }
        self.document = document
        self.path = path
        var members: [String: JSONNode] = [:]
        for (key, value) in document.members(of: node) {
            let name = document.text(key)
            if members[name] == nil { members[name] = value }
        }
        self.members = members
    }

    /// True if there is such a member, and it is not null.
    func has(_ name: String) -> Bool { value(name) != nil }

    /// True if there is such a member, be it null.
    func names(_ name: String) -> Bool { members[name] != nil }

    // MARK: What decides

    /// A text such as a status.
    func text(_ name: String) throws(Unreadable) -> String? {
        guard let node = value(name) else { return nil }
        guard node.kind == .string else { throw wrong(name, "is no text") }
        let text = document.text(node)
        guard text.utf8.count <= Limits.providerTextBytesMax else {
            throw wrong(name, "has \(text.utf8.count) bytes")
        }
        return text
    }

    /// An id, or the id of the object that stands in its place, under the first of these names that
    /// is there.
    func reference(_ names: String...) throws(Unreadable) -> String? {
        guard let (name, node) = first(names) else { return nil }
        if node.kind == .object {
            return try StripeObject(document, node, path: path + "." + name)?.identity()
        }
        guard let id = try text(name) else { return nil }
        guard !id.isEmpty else { throw wrong(name, "is an empty id") }
        return id
    }

    /// The object's own id, which it must have.
    func identity() throws(Unreadable) -> String {
        guard let id = try text("id"), !id.isEmpty else { throw wrong("id", "is not there") }
        return id
    }

    /// Seconds since 1970, of the years that can be shown, under the first name that is there.
    func time(_ names: String...) throws(Unreadable) -> Timestamp? {
        guard let (name, _) = first(names), let seconds = try integer(name) else { return nil }
        guard (0...253_402_300_799).contains(seconds) else {
            throw wrong(name, "is no time: \(seconds)")
        }
        return Timestamp(milliseconds: seconds * 1_000)
    }

    /// A whole number, under the first name that is there.
    func integer(_ names: String...) throws(Unreadable) -> Int64? {
        guard let (name, node) = first(names) else { return nil }
        guard let number = document.integer(node) else {
            throw wrong(name, "is no whole number")
        }
        return number
    }

    /// True or false.
    func flag(_ name: String) throws(Unreadable) -> Bool? {
        guard let node = value(name) else { return nil }
        guard let flag = document.bool(node) else {
            throw wrong(name, "is neither true nor false")
        }
        return flag
    }

    /// An object in this one.
    func object(_ name: String) throws(Unreadable) -> StripeObject? {
        guard let node = value(name) else { return nil }
        guard let object = StripeObject(document, node, path: path + "." + name) else {
            throw wrong(name, "is no object")
        }
        return object
    }

    /// The object at the end of a way through others; nil where the way ends before.
    func object(_ first: String, _ rest: String...) throws(Unreadable) -> StripeObject? {
        var object = try self.object(first)
        for name in rest {
            guard let known = object else { return nil }
            object = try known.object(name)
        }
        return object
    }

    /// The objects of one of Stripe's lists, at most `countMax`: `{"data":[…]}`.
    func list(_ name: String, countMax: Int) throws(Unreadable) -> [StripeObject]? {
        guard let list = try object(name), let node = list.value("data") else { return nil }
        guard node.kind == .array else { throw list.wrong("data", "is no list") }
        var objects: [StripeObject] = []
        for element in document.elements(of: node) where objects.count < countMax {
            let place = list.path + ".data[\(objects.count)]"
            guard let object = StripeObject(document, element, path: place) else {
                throw Unreadable("\(place) is no object")
            }
            objects.append(object)
        }
        return objects
    }

    /// True if one of Stripe's lists has more objects than so many, or says that it goes on.
    func list(_ name: String, goesOnAfter count: Int) -> Bool {
        guard let list = shownObject(name), let node = list.value("data"), node.kind == .array
        else { return false }
        let says = (try? list.flag("has_more")) ?? nil
        if says ?? false { return true }
        return document.elements(of: node).dropFirst(count).first { _ in true } != nil
    }

    // MARK: What is only shown

    /// A text, or as much of its beginning as is kept.
    func shown(_ name: String, bytesMax: Int = Limits.providerTextBytesMax) -> String? {
        guard let node = value(name), node.kind == .string else { return nil }
        let text = document.text(node)
        guard text.utf8.count > bytesMax else { return text }
        return String(text[..<text.utf8.index(text.startIndex, offsetBy: bytesMax)])
    }

    /// An address, whole or not at all.
    func address(_ name: String) -> String? {
        guard let node = value(name), node.kind == .string else { return nil }
        let text = document.text(node)
        return text.utf8.count <= Limits.providerAddressBytesMax ? text : nil
    }

    /// The id of an object or of what stands in its place; for lists of events.
    func shownReference(_ name: String) -> String? {
        guard let node = value(name) else { return nil }
        return StripeObject(document, node, path: path)?.shown("id") ?? shown(name)
    }

    /// The object under this name, whatever stands there.
    func shownObject(_ name: String) -> StripeObject? {
        value(name).flatMap { StripeObject(document, $0, path: path + "." + name) }
    }

    /// The tenant that the metadata names.
    var tenant: String? {
        guard let metadata = shownObject("metadata") else { return nil }
        let named = metadata.shown("weir_tenant") ?? metadata.shown("tenant")
        return named.flatMap { Names.isTenant($0) ? $0 : nil }
    }

    /// The plan that the metadata names.
    var planName: String? {
        guard let metadata = shownObject("metadata") else { return nil }
        let named = metadata.shown("weir_plan") ?? metadata.shown("plan")
        return named.flatMap { Names.isPlan($0) ? $0 : nil }
    }

    // MARK: Private

    private func value(_ name: String) -> JSONNode? {
        members[name].flatMap { $0.kind == .null ? nil : $0 }
    }

    private func first(_ names: [String]) -> (name: String, node: JSONNode)? {
        for name in names {
            if let node = value(name) { return (name, node) }
        }
        return nil
    }

    private func wrong(_ name: String, _ what: String) -> Unreadable {
        Unreadable("\(path).\(name) \(what)")
    }
}
