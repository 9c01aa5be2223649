internal import Core
internal import EventLoop
package import Programs

/// Reads a folder of jobs. That takes as long as its disk, or its server, does.
package enum KindScan {
    /// What was found.
    package struct Found: Hashable, Sendable {
        package let catalog: KindCatalog
        /// Why the folder could not be read, or not the whole of it.
        package let complaint: String?
        /// True if there is a folder that can be watched.
        package let isThere: Bool
    }

    /// The kinds in the folder `path`.
    package static func read(_ path: String) -> Found {
        // Programs run elsewhere, so their paths begin at the root.
        let root = PlainFolder.absolute(path) ?? path
        do throws(PlainFile.Fault) {
            let most = Limits.kindsInFolderMax
            let entries = try PlainFolder.entries(
                root, countMax: Limits.jobsFolderEntriesMax + 1)
            let folders = entries.filter { $0.isFolder && !$0.name.hasPrefix(".") }
            // By name, so that it is the same ones at each look.
            let first = folders.dropFirst(most).first
            return Found(
                catalog: KindCatalog(folders.prefix(most).map { folder(root, $0.name) }),
                complaint: entries.count > Limits.jobsFolderEntriesMax
                    ? "the folder \(path) has more than \(Limits.jobsFolderEntriesMax) entries, of"
                        + " which only so many are looked at; leave only kinds in it"
                    : first.map {
                        "the folder \(path) has more than \(most) kinds; '\($0.name)' and those"
                            + " after it are left out"
                    },
                isThere: true)
        } catch {
            return Found(
                catalog: KindCatalog(), complaint: "the folder \(path) cannot be read: \(error)",
                isThere: PlainFolder.isFolder(root))
        }
    }

    private static func folder(_ root: String, _ name: String) -> KindFolder {
        let path = root + "/" + name
        let program = path + "/run"
        let finding: KindFolder.Finding =
            switch PlainFolder.find(program) {
            case .nothing: .missing
            case .file: PlainFolder.isExecutable(program) ? .executable : .notExecutable
            case .folder: .other("a folder")
            case .linkToNothing: .other("a link to nothing")
            case .special: .other("no file but a pipe, a socket or a device")
            }
        return KindFolder(
            name: name, program: program, finding: finding, settings: settings(path + "/job.json"))
    }

    private static func settings(_ path: String) -> KindFolder.Settings {
        guard PlainFolder.exists(path) else { return .missing }
        do throws(PlainFile.Fault) {
            return .bytes(try PlainFile.read(path, bytesMax: Limits.jobFileBytesMax))
        } catch {
            return .unreadable(error.description)
        }
    }
}
