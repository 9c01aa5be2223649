/// Escapes what goes into a path or a query.
enum URLText {
    static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            let isPlain =
                (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122)
                || [45, 46, 95, 126].contains(byte)
            if isPlain {
                escaped.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                escaped += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    /// A query of the flags that were given.
    static func query(_ arguments: Arguments, _ names: [(flag: String, name: String)]) -> String {
        let parts = names.compactMap { flag, name in
            arguments.value(flag).map { "\(name)=\(escape($0))" }
        }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// Which page of a list was asked for, by `Remote.pageOptions`.
    static func page(_ arguments: Arguments) -> String {
        query(arguments, [("limit", "limit"), ("cursor", "cursor")])
    }
}
