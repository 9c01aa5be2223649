/// One thing that is wrong with a request: where, and what was expected and found.
struct FieldError: Hashable, Sendable {
    let path: String
    let message: String
}
