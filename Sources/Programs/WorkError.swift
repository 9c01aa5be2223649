/// What a failed attempt says.
package struct WorkError: Hashable, Sendable {
    package var type: String
    package var message: String
    package var trace: String?

    /// An error with these texts.
    package init(type: String, message: String, trace: String? = nil) {
        self.type = type
        self.message = message
        self.trace = trace
    }
}
