/// How far an attempt has come, as its worker said last.
package struct Progress: Hashable, Sendable {
    /// Hundredths of a per cent; nil where the worker gave words alone.
    package let hundredths: Int64?
    package let message: String?

    package static let hundredthsMax: Int64 = 10_000

    /// So much is done; a longer message is cut.
    package init(hundredths: Int64?, message: String?) {
        self.hundredths = hundredths
        self.message = message?.cut(toBytes: Limits.progressMessageBytesMax)
    }
}
