import Testing

@Suite struct `Which target imports what` {
    private let tree = SourceTree()
    private let map: DependencyMap

    /// What the system brings, and who may use it.
    private static let systemModules: [String: Set<String>] = [
        "Glibc": ["Bench", "EventLoop", "StoreSQLite", "Threads"],
        // Its users' types are Codable, and of what reads and writes those this is the least. It
        // has the JSON coders, and neither the networking nor the tables of Foundation.
        "FoundationEssentials": ["WeirWorker"],
        // Core only where the trait Mutants is on.
        "Synchronization": [
            "CLI", "Core", "Simulate", "Store", "StoreSQLite", "Threads",
            "WeirWorker",
        ],
    ]

    init() {
        map = DependencyMap(tree.lines("docs/architecture.md"))
    }

    @Test func `the map names every folder of Sources, and nothing else`() {
        #expect(!map.targets.isEmpty, "docs/architecture.md has no ```targets block")
        #expect(Set(map.targets.map(\.name)) == Set(tree.folders(in: "Sources")))
    }

    @Test func `the map is the manifest`() throws {
        let manifest = DependencyMap.manifest(try #require(tree.text("Package.swift")))
        for target in map.targets where !target.name.hasPrefix("C") || target.name.contains("LI") {
            guard target.name != "weir", target.name != "Core" else { continue }
            #expect(manifest[target.name] == target.dependencies, "\(target.name)")
        }
    }

    @Test func `arrows point one way`() {
        var below: Set<String> = []
        for target in map.targets {
            let unknown = target.dependencies.subtracting(below)
            #expect(unknown.isEmpty, "\(target.name) uses \(unknown), which stand below it")
            below.insert(target.name)
        }
    }

    @Test func `no file imports what its target may not`() {
        for target in map.targets {
            for file in tree.files(below: "Sources/" + target.name, ending: ".swift") {
                for (number, line) in tree.lines(file).enumerated() {
                    guard let module = importedModule(line) else { continue }
                    let isAllowed =
                        target.dependencies.contains(module)
                        || Self.systemModules[module]?.contains(target.name) ?? false
                    #expect(isAllowed, "\(file):\(number + 1) imports \(module)")
                }
            }
        }
    }

    private func importedModule(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 1, words.count > index + 1
        else { return nil }
        guard index == 0 || ["package", "internal", "public", "private"].contains(words[0]) else {
            return nil
        }
        return String(words[index + 1])
    }
}
