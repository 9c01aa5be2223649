import Glibc

/// What the kernel tells of processes in files.
enum ProcessFiles {
    /// The text of a small file; nil if it cannot be read.
    static func text(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe read(descriptor, &part, part.count)
            guard count > 0 else { break }
            bytes += part.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value after `name:` in a file of such lines, without what surrounds it.
    static func value(_ name: String, in text: String) -> Substring? {
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].trimmed() == name
            else { continue }
            return line[line.index(after: colon)...].trimmed()
        }
        return nil
    }

    /// RssAnon and RssFile of a process, in MiB.
    static func residentMebibytes(of process: Int32) -> Double? {
        guard let status = text("/proc/\(process)/status"),
            let anonymous = kibibytes("RssAnon", in: status),
            let file = kibibytes("RssFile", in: status)
        else { return nil }
        return Double(anonymous + file) / 1_024
    }

    /// The CPU time of each thread of a process, by the thread's name. The main thread is the loop.
    static func threadTimes(of process: Int32) -> [(thread: String, nanoseconds: Int64)] {
        let folder = "/proc/\(process)/task"
        return WorkFolder.names(in: folder).compactMap { Int32($0) }.sorted().compactMap { task in
            guard let times = text("\(folder)/\(task)/schedstat"),
                let first = times.split(separator: " ").first, let nanoseconds = Int64(first),
                let name = text("\(folder)/\(task)/comm")
            else { return nil }
            return (task == process ? "loop" : String(name.prefix { $0 != "\n" }), nanoseconds)
        }
    }

    private static func kibibytes(_ name: String, in text: String) -> Int? {
        value(name, in: text).flatMap { Int($0.prefix { $0.isNumber }) }
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate func trimmed() -> Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
