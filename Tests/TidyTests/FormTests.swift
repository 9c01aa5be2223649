import Testing

@Suite struct `The form of the code` {
    private let tree = SourceTree()
    private var sources: [String] { tree.files(below: "Sources", ending: ".swift") }
    private var tests: [String] { tree.files(below: "Tests", ending: ".swift") }

    /// Targets that face C, where unsafe code has its address.
    private static let facesC: Set<String> = [
        "Bench", "CrashDisk", "Crypto", "EventLoop", "HTTPClient", "Runner", "StoreSQLite",
        "Threads",
    ]

    /// Lines in which one of `words` stands, without this file's own.
    private func places(_ words: [String], in files: [String]) -> [String] {
        files.filter { !$0.hasSuffix("FormTests.swift") }.flatMap { file in
            tree.lines(file).enumerated().compactMap { number, line in
                words.contains { line.contains($0) } ? "\(file):\(number + 1): \(line)" : nil
            }
        }
    }

    @Test func `nothing is left for later`() {
        #expect(places(["TODO", "FIXME", "XXX"], in: sources + tests) == [])
    }

    @Test func `nothing is forced`() {
        #expect(places(["try!", "as!", "fatalError("], in: sources) == [])
    }

    @Test func `unsafe code stands only in targets that face C`() {
        let others = sources.filter { file in
            !Self.facesC.contains { file.hasPrefix("Sources/\($0)/") }
        }
        let words = ["unsafe ", "Unmanaged", "@unchecked", "nonisolated(unsafe)"]
        #expect(places(words, in: others) == [])
    }

    @Test func `whoever vouches for safety says why`() {
        for file in sources {
            let lines = tree.lines(file)
            for (number, line) in lines.enumerated()
            where line.contains("Unmanaged") && !line.contains("///") {
                let nearby = lines[max(0, number - 4)...number]
                #expect(
                    nearby.contains { $0.contains("SAFETY:") }, "\(file):\(number + 1): \(line)")
            }
            guard let text = tree.text(file), text.contains("@unchecked") else { continue }
            #expect(text.contains("SAFETY:"), "\(file) has @unchecked without a reason")
        }
    }

    @Test func `the page on the library for workers shows the example, which is built`() throws {
        let page = try #require(tree.text("docs/worker-library.md"))
        let example = try #require(tree.text("Examples/HelloWorker/main.swift"))
        #expect(page.contains("```swift\n\(example)```\n"))
    }

    /// `scripts/test` compiles these without the trait too.
    @Test func `mutants are put into three targets alone`() {
        let targets = ["Core", "Store", "Billing"].map { "Sources/" + $0 + "/" }
        for file in tree.files(below: "Sources", ending: ".swift")
        where tree.text(file)?.contains("#if Mutants") ?? false {
            #expect(targets.contains { file.hasPrefix($0) }, "\(file)")
        }
    }

    @Test func `tests never sleep`() {
        #expect(places(["sleep("], in: tests) == [])
    }

    @Test func `files are short and lines are narrow`() {
        for file in sources + tests {
            let lines = tree.lines(file)
            let most = file.hasPrefix("Sources") ? 400 : 600
            #expect(lines.count <= most, "\(file) has \(lines.count) lines")
            for (number, line) in lines.enumerated()
            where line.count > 100 && (file.hasPrefix("Sources") || !line.contains("\"")) {
                Issue.record("\(file):\(number + 1) is \(line.count) columns wide")
            }
        }
    }

    /// A file of several small types that belong together, or of extensions, is named after what
    /// they have in common.
    @Test func `a file of one type is named after it`() {
        let rooms = ["Utils", "Helpers", "Common", "Manager"]
        let kinds = ["struct ", "class ", "enum ", "protocol ", "actor "]
        for file in sources {
            let name = file.split(separator: "/").last.map { String($0.dropLast(6)) } ?? ""
            let base = name.split(separator: "+").first.map(String.init) ?? name
            #expect(!rooms.contains { file.contains("/\($0)/") || name.hasSuffix($0) }, "\(file)")
            let declared = tree.lines(file).filter { line in
                line.first != " " && line.first != "/"
                    && kinds.contains { line.contains($0) } && !line.contains("private ")
            }
            let extends = tree.lines(file).contains { $0.hasPrefix("extension ") }
            guard !name.contains("+"), !extends, declared.count == 1, let only = declared.first
            else { continue }
            #expect(
                kinds.contains { only.contains($0 + base) }, "\(file) declares \(only)")
        }
    }

    @Test func `decisions are short and numbered once`() {
        let files = tree.files(below: "docs/decisions", ending: ".md")
        let numbers = files.compactMap { $0.split(separator: "/").last?.prefix(3) }
        #expect(Set(numbers).count == files.count)
        for file in files { #expect(tree.lines(file).count <= 41, "\(file)") }
    }

    @Test func `nothing names the place where it was written`() {
        let parent = tree.root.split(separator: "/").dropLast().joined(separator: "/")
        // A checkout directly in one of these says nothing of anybody.
        guard !["", "tmp", "root", "home", "usr/src"].contains(parent) else { return }
        let scripts =
            [".ci/run"]
            + ["setup", "run", "test", "prove", "proof-build", "kill-loop"].map { "scripts/" + $0 }
        let docs = tree.files(below: "docs", ending: ".md") + ["README.md", "CHANGELOG.md"]
        #expect(places(["/" + parent + "/"], in: sources + tests + docs + scripts) == [])
    }

    @Test func `the papers that every visitor looks for are there`() {
        for file in ["README.md", "CHANGELOG.md", "docs/architecture.md"] {
            #expect(tree.text(file)?.isEmpty == false, "\(file)")
        }
    }
}
