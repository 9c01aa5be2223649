import Glibc
import Testing

/// A folder of jobs with shell programs.
struct JobsFolder {
    let path: String

    init(_ kinds: [String: String] = [:], settings: String? = nil) throws {
        path = "/tmp/weir-box-jobs-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        try #require(mkdir(path, 0o755) == 0)
        for (name, script) in kinds { try add(name, script, settings: settings) }
    }

    /// Makes a kind, whole before it can be seen.
    func add(_ name: String, _ script: String, settings: String? = nil) throws {
        let hidden = "\(path)/.\(name)"
        try #require(mkdir(hidden, 0o755) == 0)
        try write("#!/bin/sh\n\(script)\n", to: hidden + "/run")
        try #require(chmod(hidden + "/run", 0o755) == 0)
        if let settings { try write(settings, to: hidden + "/job.json") }
        try #require(rename(hidden, "\(path)/\(name)") == 0)
    }

    func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "we"))
        fputs(text, file)
        try #require(fclose(file) == 0)
    }

    /// The folder of the sample kinds.
    static var samples: String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return root.joined(separator: "/") + "/jobs"
    }
}
