import JSON

/// A value of a plan file, and how messages call its place.
struct Spot {
    let node: JSONNode
    let path: String

    /// True for null, which is as good as absent but where it means something.
    var isNull: Bool { node.kind == .null }

    /// The path of a member: `plans[0].limits`, or `plans[0].costs["video.render"]` where the name
    /// is not plain.
    func path(of name: String) -> String {
        guard Spot.isPlain(name) else { return path + "[\"\(name.clamped(bytesMax: 100))\"]" }
        return path.isEmpty ? name : path + "." + name
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100
            && name.utf8.allSatisfy {
                ($0 >= 97 && $0 <= 122) || ($0 >= 65 && $0 <= 90) || ($0 >= 48 && $0 <= 57)
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
    }
}

extension String {
    /// The text, or as much of its beginning as fits, cut between characters.
    func clamped(bytesMax: Int) -> String {
        guard utf8.count > bytesMax else { return self }
        return String(self[..<utf8.index(startIndex, offsetBy: bytesMax)]) + "…"
    }
}
