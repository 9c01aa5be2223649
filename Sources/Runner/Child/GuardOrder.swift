package import Programs

/// What a guard is told to do. Its form is that of `CGuard/order.c`.
package struct GuardOrder: Hashable, Sendable {
    /// The program, as a path from the root.
    package var program: String
    /// The folder in which the job's temporary folder is made.
    package var folder: String
    /// Begins the names of what is made for this job.
    package var name: String
    /// A folder of cgroup v2 in which groups may be made; empty if there is none.
    package var groups: String
    package var limits: JobSettings
    /// As `NAME=VALUE`.
    package var environment: [String]

    /// An order to run `program`.
    package init(
        program: String, folder: String, name: String, groups: String = "",
        limits: JobSettings = JobSettings(), environment: [String] = []
    ) {
        self.program = program
        self.folder = folder
        self.name = name
        self.groups = groups
        self.limits = limits
        self.environment = environment
    }

    private static let nameBytesMax = 60

    /// The name as files have it. Ids are made by servers; what would be a path does not become
    /// one.
    var plainName: String {
        let plain = name.utf8.prefix(GuardOrder.nameBytesMax).map { byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            return isPlain || byte == 45 ? byte : UInt8(ascii: "_")
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// What is sent: a length, and texts that end with a zero byte.
    var bytes: [UInt8] {
        let texts =
            [
                "program=\(program)", "folder=\(folder)", "name=\(plainName)", "groups=\(groups)",
                "files=\(limits.files)", "file_bytes=\(limits.diskBytes)",
                "memory=\(limits.memoryBytes ?? 0)", "processes=\(limits.processes)",
                "disk=\(limits.diskBytes)",
            ] + environment.map { "env=" + $0 }
        var body: [UInt8] = []
        for text in texts {
            // A zero byte would end the text early and begin another.
            body += text.utf8.filter { $0 != 0 }
            body.append(0)
        }
        let length = UInt32(body.count)
        return unsafe withUnsafeBytes(of: length) { unsafe Array($0) } + body
    }
}
