import Core
import Programs
import Runner

/// One of the calls that tell a server what attempts came to.
struct ReportCall {
    let verb: String
    /// Which of the ends it tells.
    let indices: [Int]
    let body: [UInt8]
    /// Why the usage was left out; nil if it was not.
    let usageRefusal: String?

    /// What a call may hold, well below what the server takes.
    private static let bodyBytesMax = Limits.bodyBytesMax / 2

    /// The calls for these ends: as few as can be, each small enough.
    static func calls(for ends: [WorkEnd]) -> [ReportCall] {
        var groups: [Key: [Int]] = [:]
        for (index, end) in ends.enumerated() {
            guard let key = Key(end.verdict) else { continue }
            groups[key, default: []].append(index)
        }
        var calls: [ReportCall] = []
        for (key, indices) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
            var part: [Int] = []
            var bytes = 0
            for index in indices {
                let size = WorkBodies.item(ends[index]).count + 1
                if bytes + size > bodyBytesMax, !part.isEmpty {
                    calls.append(ReportCall(key, part, ends))
                    part = []
                    bytes = 0
                }
                part.append(index)
                bytes += size
            }
            calls.append(ReportCall(key, part, ends))
        }
        return calls
    }

    /// A call for each of these alone.
    static func single(_ indices: [Int], of ends: [WorkEnd]) -> [ReportCall] {
        indices.compactMap { index in
            Key(ends[index].verdict).map { ReportCall($0, [index], ends) }
        }
    }

    /// What to say in place of a single end that was refused: the same without its usage; and if
    /// that is refused too, of a success that it failed, and why. Nil if nothing plainer can be
    /// said.
    func plainer(because detail: String, of ends: [WorkEnd]) -> ReportCall? {
        var end = ends[indices[0]]
        guard let key = Key(end.verdict) else { return nil }
        if usageRefusal == nil, !end.usage.isEmpty {
            end.usage = [:]
            return ReportCall(
                verb: key == .complete ? "complete" : "fail", indices: indices,
                body: WorkBodies.results([WorkBodies.item(end)]), usageRefusal: detail)
        }
        guard verb == "complete" else { return nil }
        let failed = WorkEnd(
            token: end.token,
            verdict: .failed(
                WorkError(
                    type: "invalid_report",
                    message: "the server did not take what the program reported: \(detail)"),
                retry: .byPolicy, isCrash: false),
            ranMilliseconds: end.ranMilliseconds)
        return ReportCall(
            verb: "fail", indices: indices, body: WorkBodies.results([WorkBodies.item(failed)]),
            usageRefusal: usageRefusal)
    }

    /// What goes into one call.
    private enum Key: Hashable {
        case complete
        case fail
        case release(delayMilliseconds: Int64)

        init?(_ verdict: Verdict) {
            switch verdict {
            case .succeeded: self = .complete
            case .failed, .unstarted: self = .fail
            case .released(let delay): self = .release(delayMilliseconds: delay)
            case .abandoned: return nil
            }
        }
    }

    private init(_ key: Key, _ indices: [Int], _ ends: [WorkEnd]) {
        self.indices = indices
        usageRefusal = nil
        switch key {
        case .complete:
            verb = "complete"
            body = WorkBodies.results(indices.map { WorkBodies.item(ends[$0]) })
        case .fail:
            verb = "fail"
            body = WorkBodies.results(indices.map { WorkBodies.item(ends[$0]) })
        case .release(let delay):
            verb = "release"
            body = WorkBodies.release(indices.map { ends[$0].token }, delayMilliseconds: delay)
        }
    }

    private init(verb: String, indices: [Int], body: [UInt8], usageRefusal: String?) {
        self.verb = verb
        self.indices = indices
        self.body = body
        self.usageRefusal = usageRefusal
    }
}
