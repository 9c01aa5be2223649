/// What a request may cost before anybody has looked at it.
package struct HTTPLimits: Sendable {
    /// API §2: a request head of 16 KiB.
    package var headBytesMax = 16 * 1_024
    /// More fields than any client sends.
    package var fieldsMax = 100
    /// Longer than any method there is; RFC 9112 §3 wants 501 for one that we cannot know.
    package var methodBytesMax = 32
    /// Extensions of all chunks of a body, which are read and dropped. For the whole body and not
    /// for a chunk: bodies in chunks of one byte would otherwise cost a line of this length a byte.
    package var chunkExtensionBytesMax = 4 * 1_024
    /// Fields after a chunked body, which are read and dropped.
    package var trailerBytesMax = 4 * 1_024
    /// How long a body may be, by its head.
    package var bodyBytesMax: @Sendable (RequestHead) -> Int

    /// Limits with this bound on bodies.
    package init(bodyBytesMax: @escaping @Sendable (RequestHead) -> Int) {
        self.bodyBytesMax = bodyBytesMax
    }
}
