/// Why a request cannot be read. The connection closes after the answer: where the next request
/// would begin is no longer known.
package struct HTTPRefusal: Error, Hashable, Sendable {
    package let status: Int
    package let code: ProblemCode
    package let detail: String

    init(_ status: Int, _ detail: String) {
        self.init(status, .malformedRequest, detail)
    }

    init(_ status: Int, _ code: ProblemCode, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// The answer that tells it.
    package var response: Response {
        Problem(code, status: status, detail: detail).response()
    }
}
