import Core

/// The kinds of jobs that a folder has programs for. A job's kind is looked up here and nowhere
/// else: no path is ever made of a name that came with a job.
package struct KindCatalog: Hashable, Sendable {
    /// By their names.
    package let kinds: [String: ProgramKind]
    /// In the order of their names.
    package let disabled: [DisabledKind]

    /// No kinds.
    package init() {
        kinds = [:]
        disabled = []
    }

    /// These kinds, each of another name.
    package init(kinds: [ProgramKind]) {
        self.kinds = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })
        disabled = []
    }

    /// The kinds in these folders. One that is broken is disabled alone.
    package init(_ folders: [KindFolder]) {
        var kinds: [String: ProgramKind] = [:]
        var disabled: [DisabledKind] = []
        let spellings = Dictionary(grouping: folders.map(\.name)) { $0.lowercased() }
        for folder in folders where !folder.name.hasPrefix(".") {
            let others = (spellings[folder.name.lowercased()] ?? []).filter { $0 != folder.name }
            switch KindCatalog.kind(folder, others: others) {
            case .success(let kind): kinds[kind.name] = kind
            case .failure(let fault):
                disabled.append(DisabledKind(name: folder.name, reason: fault.reason))
            }
        }
        self.kinds = kinds
        self.disabled = disabled.sorted { $0.name < $1.name }
    }

    /// The names of the kinds, in order.
    package var names: [String] { kinds.keys.sorted() }

    /// The queues that the kinds name, in order; empty if none does.
    package var queues: [String] {
        let named = Set(kinds.values.compactMap(\.settings.queue))
        guard !named.isEmpty else { return [] }
        let hasUnnamed = kinds.values.contains { $0.settings.queue == nil }
        return named.union(hasUnnamed ? ["default"] : []).sorted()
    }

    private struct Fault: Error {
        let reason: String
    }

    private static func kind(
        _ folder: KindFolder, others: [String]
    ) -> Result<ProgramKind, Fault> {
        guard Names.isKindOrQueue(folder.name) else {
            return .failure(Fault(reason: "a kind is named with \(Names.kindOrQueueRule)"))
        }
        if let other = others.first {
            return .failure(
                Fault(
                    reason: "'\(other)' differs from it only in upper and lower case; rename one"))
        }
        switch folder.finding {
        case .executable: break
        case .missing: return .failure(Fault(reason: "has no file 'run'; add the program"))
        case .other(let what):
            return .failure(
                Fault(reason: "'run' is \(what); put a program in its place"))
        case .notExecutable:
            return .failure(Fault(reason: "'run' may not be executed; chmod +x it"))
        }
        switch folder.settings {
        case .missing:
            return .success(
                ProgramKind(name: folder.name, program: folder.program, settings: JobSettings()))
        case .unreadable(let reason):
            return .failure(Fault(reason: "job.json cannot be read: \(reason)"))
        case .bytes(let bytes):
            do throws(JobFileError) {
                let settings = try JobFile.read(bytes)
                return .success(
                    ProgramKind(name: folder.name, program: folder.program, settings: settings))
            } catch {
                return .failure(Fault(reason: error.description))
            }
        }
    }
}
