import Glibc

/// A place for a data folder that can be made to take no more, and be healed.
final class SickDisk {
    enum Kind: String, CaseIterable, Sendable {
        /// The process may write no file beyond a size, which the log's index (32 KiB) keeps to: a
        /// write fails with EFBIG. Needs no rights.
        case limitedFiles
        /// A file system in memory that a ballast fills: a write fails with ENOSPC.
        case fullDisk
    }

    private let kind: Kind
    private let root: String
    private var isMounted = false
    private var process: pid_t = 0

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    init(_ kind: Kind) throws {
        self.kind = kind
        root = "/tmp/weir-disk-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        try SickDisk.run("mkdir -p \(root)")
        switch kind {
        case .limitedFiles:
            break
        case .fullDisk:
            try SickDisk.run("mount -t tmpfs -o size=24m tmpfs \(root)")
            isMounted = true
        }
    }

    deinit {
        if isMounted { try? SickDisk.run("umount -l \(root)") }
        try? SickDisk.run("rm -rf \(root)")
    }

    var folder: String { "\(root)/data" }

    /// From now on nothing new is taken from this process.
    func breakDown(_ process: pid_t) throws {
        self.process = process
        switch kind {
        case .limitedFiles:
            try SickDisk.run("prlimit --pid \(process) --fsize=65536:")
        case .fullDisk:
            // The write ends where the room ends.
            try? SickDisk.run("cat /dev/zero > \(root)/ballast")
        }
    }

    func heal() throws {
        switch kind {
        case .limitedFiles: try SickDisk.run("prlimit --pid \(process) --fsize=unlimited:")
        case .fullDisk: try SickDisk.run("rm \(root)/ballast")
        }
    }

    private static func run(_ command: String) throws {
        guard let pipe = popen("{ \(command); } 2>&1", "r") else {
            throw Unusable(description: "\(command): no shell")
        }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while case let count = fread(&part, 1, part.count, pipe), count > 0 {
            text += part[..<count]
        }
        guard pclose(pipe) == 0 else {
            throw Unusable(description: "\(command): \(String(decoding: text, as: UTF8.self))")
        }
    }

    /// The kinds that this machine lets us make; of the others the reason is printed.
    static let usable: [Kind] = Kind.allCases.filter { kind in
        do {
            _ = try SickDisk(kind)
            return true
        } catch {
            print("no test with \(kind.rawValue): \(error)")
            return false
        }
    }
}
