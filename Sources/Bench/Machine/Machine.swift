import Glibc
import Threads

/// What a figure depends on beside the program.
struct Machine {
    let processor: String
    let cores: Int
    let kernel: String
    let memoryGibibytes: Double
    let fileSystem: String
    /// How long an overwrite of 4 KiB takes to be on disk, the median of some.
    let syncMilliseconds: Double
    /// How many threads of others wanted to run, over the last minute.
    let loadAverage: String

    /// This machine, with the disk below `folder`.
    init(folder: String) throws(BenchError) {
        let info = ProcessFiles.text("/proc/cpuinfo") ?? ""
        processor = ProcessFiles.value("model name", in: info).map(String.init) ?? "unknown"
        cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        kernel = Machine.line("/proc/sys/kernel/osrelease")
        let memory = ProcessFiles.value(
            "MemTotal", in: ProcessFiles.text("/proc/meminfo") ?? "")
        let kibibytes = memory.flatMap { Double($0.prefix { $0.isNumber }) } ?? 0
        memoryGibibytes = kibibytes / 1_048_576
        let mounts = ProcessFiles.text("/proc/self/mounts") ?? ""
        fileSystem = Machine.fileSystem(of: folder, mounts: mounts)
        syncMilliseconds = try Machine.syncMilliseconds(folder + "/sync")
        loadAverage = String(Machine.line("/proc/loadavg").prefix { $0 != " " })
    }

    /// The type of the file system that `path` lies on, by a text like /proc/self/mounts.
    static func fileSystem(of path: String, mounts: String) -> String {
        var best = (length: -1, type: "unknown")
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 3 else { continue }
            let point = words[1]
            let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
            if isAbove, point.count >= best.length { best = (point.count, String(words[2])) }
        }
        return best.type
    }

    private static func line(_ path: String) -> String {
        String((ProcessFiles.text(path) ?? "unknown").prefix { $0 != "\n" })
    }

    private static let syncsMeasured = 100

    private static func syncMilliseconds(_ path: String) throws(BenchError) -> Double {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchError("cannot write \(path): error \(errno)") }
        defer {
            close(file)
            _ = unsafe unlink(path)
        }
        let page = [UInt8](repeating: 1, count: 4_096)
        var times: [Double] = []
        for _ in 0...syncsMeasured {
            let before = MonotonicClock.nowNanoseconds
            guard unsafe pwrite(file, page, page.count, 0) == page.count, fdatasync(file) == 0
            else { throw BenchError("cannot write \(path): error \(errno)") }
            times.append(Double(MonotonicClock.nowNanoseconds - before) / 1e6)
        }
        // The first one made the file longer.
        return Statistics.median(Array(times.dropFirst())) ?? 0
    }
}
