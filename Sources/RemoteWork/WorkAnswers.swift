import Core
import JSON
import Programs
import Runner

/// Reads a server's answers to a worker; nil where one is none that a Weir server gives.
enum WorkAnswers {
    static let staleCodes: Set<String> = ["already_finished", "lease_expired", "lease_lost"]

    static func jobs(_ document: JSONDocument) -> [LeasedWork]? {
        guard let list = document.list("jobs") else { return nil }
        return list.compactMap { job(document, $0) }
    }

    private static func job(_ document: JSONDocument, _ node: JSONNode) -> LeasedWork? {
        guard node.kind == .object, let lease = document.member(node, "lease"),
            let token = document.text(lease, "token"), let id = document.text(node, "id"),
            let kind = document.text(node, "kind")
        else { return nil }
        return LeasedWork(
            token: token, id: id, kind: kind, queue: document.text(node, "queue") ?? "",
            tenant: document.text(node, "tenant") ?? "", plan: document.text(node, "plan"),
            attempt: document.integer(node, "attempt") ?? 1,
            attemptsMax: document.integer(node, "max_attempts") ?? 1,
            timeoutMilliseconds: timeout(document, node),
            payload: document.member(node, "payload").map { Array(document.raw($0)) }
                ?? Array("{}".utf8))
    }

    private static func timeout(_ document: JSONDocument, _ node: JSONNode) -> Int64? {
        guard let value = document.member(node, "timeout"), value.kind == .number else {
            return nil
        }
        return DurationText.milliseconds(String(decoding: document.raw(value), as: UTF8.self))
    }

    static func leases(_ document: JSONDocument, count: Int) -> [WorkLease]? {
        guard let list = document.list("results"), list.count == count else { return nil }
        return list.map { node in
            switch document.text(node, "state") {
            case "extended": .extended
            case "cancel": .cancel
            // Whatever a newer server says, it is not that the lease goes on.
            default: .lost
            }
        }
    }

    static func receipts(_ document: JSONDocument, count: Int) -> [WorkReceipt]? {
        guard let list = document.list("results"), list.count == count else { return nil }
        return list.map { node in
            guard node.kind == .object, let error = document.member(node, "error") else {
                return .taken
            }
            if let code = document.text(error, "code"), staleCodes.contains(code) { return .stale }
            return .refused(document.text(error, "detail") ?? "it does not say why")
        }
    }
}

extension JSONDocument {
    /// The text of a member of the whole, if it is one.
    func text(_ name: StaticString) -> String? { text(root, name) }

    /// The text of a member, if it is one.
    func text(_ object: JSONNode, _ name: StaticString) -> String? {
        guard object.kind == .object, let node = member(object, name), node.kind == .string else {
            return nil
        }
        return text(node)
    }

    fileprivate func integer(_ object: JSONNode, _ name: StaticString) -> Int? {
        member(object, name).flatMap { integer($0) }.map { Int(clamping: $0) }
    }

    fileprivate func list(_ name: StaticString) -> [JSONNode]? {
        guard root.kind == .object, let node = member(root, name), node.kind == .array else {
            return nil
        }
        return Array(elements(of: node))
    }
}
