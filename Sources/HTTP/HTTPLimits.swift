/// What a request may cost before anybody has looked at it.
package struct HTTPLimits: Sendable {
    /// API §2: a request head of 16 KiB.
    package var headBytesMax = 16 * 1_024
    /// More fields than any client sends.
    package var fieldsMax = 100
    /// A chunk's size line, with what extensions a client may send and we ignore.
    package var chunkLineBytesMax = 256
    /// Fields after a chunked body, which are read and dropped.
    package var trailerBytesMax = 4 * 1_024
    /// How long a body may be, by its head.
    package var bodyBytesMax: @Sendable (RequestHead) -> Int

    /// Limits with this bound on bodies.
    package init(bodyBytesMax: @escaping @Sendable (RequestHead) -> Int) {
        self.bodyBytesMax = bodyBytesMax
    }
}
