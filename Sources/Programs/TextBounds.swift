extension String {
    /// As much of the beginning as has room in `bytesMax`.
    func keepingStart(bytesMax: Int) -> String {
        guard utf8.count > bytesMax else { return self }
        var end = utf8.index(startIndex, offsetBy: bytesMax)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }

    /// As much of the end as has room in `bytesMax`.
    func keepingEnd(bytesMax: Int) -> String {
        guard utf8.count > bytesMax else { return self }
        var start = utf8.index(endIndex, offsetBy: -bytesMax)
        while start.samePosition(in: unicodeScalars) == nil { start = utf8.index(after: start) }
        return String(self[start...])
    }
}
