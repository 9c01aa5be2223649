import Glibc
import Testing

/// A folder of jobs with shell programs.
struct JobsFolder {
    let path: String

    init(
        _ kinds: [String: String] = [:], settings: String? = nil, interpreter: String = "/bin/sh"
    ) throws {
        path = "/tmp/weir-work-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        try #require(mkdir(path, 0o755) == 0)
        for (name, script) in kinds {
            try add(name, script, settings: settings, interpreter: interpreter)
        }
    }

    /// Makes a kind, whole before it can be seen.
    func add(
        _ name: String, _ script: String, settings: String? = nil,
        interpreter: String = "/bin/sh"
    ) throws {
        let hidden = "\(path)/.\(name)"
        try #require(mkdir(hidden, 0o755) == 0)
        try write("#!\(interpreter)\n\(script)\n", to: hidden + "/run")
        try #require(chmod(hidden + "/run", 0o755) == 0)
        if let settings { try write(settings, to: hidden + "/job.json") }
        try #require(rename(hidden, "\(path)/\(name)") == 0)
    }

    /// The path of a folder with these shell scripts.
    static func make(
        _ kinds: [String: String], settings: String? = nil, interpreter: String = "/bin/sh"
    ) throws -> String {
        try JobsFolder(kinds, settings: settings, interpreter: interpreter).path
    }

    /// The samples of this checkout.
    static let samples: String = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return root.joined(separator: "/") + "/jobs"
    }()

    func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "we"))
        fputs(text, file)
        try #require(fclose(file) == 0)
    }
}

extension House {
    /// Submits one job of acme's and gives its id.
    func submit(job body: String) throws -> String {
        let answer = try call(as: "acme", "POST", "/v1/jobs", body)
        return try #require(answer["id"], "\(answer.text)")
    }

    /// The job of acme's once it has ended.
    func ended(_ id: String) throws -> BoxAnswer {
        for _ in 0..<4 {
            let job = try call(as: "acme", "GET", "/v1/jobs/\(id)?wait=30")
            let state: String = job["state"] ?? ""
            if ["succeeded", "dead", "canceled", "expired"].contains(state) { return job }
        }
        Issue.record("job \(id) did not end")
        return try call(as: "acme", "GET", "/v1/jobs/\(id)")
    }

    /// Waits until a job of acme's is in this state.
    func wait(_ id: String, for state: String) throws {
        for _ in 0..<2_000 {
            let job = try call(as: "acme", "GET", "/v1/jobs/\(id)")
            if job["state"] == state { return }
            poll(nil, 0, 20)
        }
        Issue.record("job \(id) was never \(state)")
    }
}
