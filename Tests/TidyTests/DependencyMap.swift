/// Which target may import which: the map in docs/architecture.md.
struct DependencyMap {
    /// A target's own dependencies, in the order of the map.
    private(set) var targets: [(name: String, dependencies: Set<String>)] = []

    /// Reads the block between ```targets and ```.
    init(_ lines: [Substring]) {
        guard let start = lines.firstIndex(of: "```targets") else { return }
        for line in lines[(start + 1)...] {
            if line == "```" { return }
            let parts = line.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count >= 2, parts[1] == "->" else { continue }
            targets.append((String(parts[0]), Set(parts[2...].map(String.init))))
        }
    }

    /// Reads the `layer("Name", ["Dependency", …])` calls of the manifest, and its executable.
    static func manifest(_ text: String) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for piece in text.split(separator: "layer(").dropFirst() {
            let quoted = piece.prefix { $0 != ")" }.split(separator: "\"")
            // Every second piece stands between quotes; the first is the name.
            let words = stride(from: 0, to: quoted.count, by: 1).filter { index in
                !quoted[index].contains(where: { ",[] \n".contains($0) })
            }.map { String(quoted[$0]) }
            guard let name = words.first, name.first?.isUppercase ?? false else { continue }
            found[name] = Set(words.dropFirst())
        }
        return found
    }
}
