internal import HTTP

/// The answers that the server gives by itself, besides those of the parser.
extension Response {
    static var tooManyConnections: Response {
        Problem(
            .overloaded,
            detail: "The server has as many connections as it allows. Try again in a second.",
            retryAfterSeconds: 1
        ).response()
    }

    static var tooManyBytesBuffered: Response {
        Problem(
            .overloaded,
            detail: "The server holds as many unfinished requests as it allows. "
                + "Try again in a second.",
            retryAfterSeconds: 1
        ).response()
    }

    static var shareIsHeld: Response {
        Problem(
            .rateLimited,
            detail: "Unfinished requests and unread answers of this tenant hold as much memory as"
                + " the server has left for all others. Nothing was done; repeat the request when"
                + " some of them are done.",
            retryAfterSeconds: 1
        ).response()
    }

    static func tooSlow(isInHead: Bool, _ limits: HTTPServerLimits) -> Response {
        let sentence =
            isInHead
            ? "The head of the request did not arrive within \(limits.headMilliseconds) ms."
            : "The body of the request stood still for \(limits.bodyStallMilliseconds) ms, or was "
                + "not complete after \(limits.requestMilliseconds) ms."
        return Problem(
            .malformedRequest, status: 408,
            detail: sentence + " Send it again on a new connection."
        ).response()
    }
}
