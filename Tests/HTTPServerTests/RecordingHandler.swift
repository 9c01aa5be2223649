import HTTP
import HTTPServer

/// Keeps requests; answers `/echo` at once with its body, others when the test says so.
final class RecordingHandler: HTTPHandler {
    weak var server: HTTPServer?
    var requests: [(request: Request, exchange: ExchangeID)] = []
    var delivered: [ExchangeID] = []
    var closed: [ExchangeID] = []
    /// Received, and neither delivered nor closed.
    var open: Set<ExchangeID> = []
    /// Called after each request was kept.
    var onRequest: ((Request, ExchangeID) -> Void)?

    /// Bodies for `/closed` are not wanted.
    func refusal(of head: RequestHead) -> Response? {
        head.path == "/closed" ? Response(status: 401, contentType: .json, body: []) : nil
    }

    /// As the client says.
    func sharer(of head: RequestHead) -> String? { head.header("Sharer") }

    func sharer(of exchange: ExchangeID) -> String? {
        requests.last { $0.exchange == exchange }?.request.header("Sharer")
    }

    func received(_ request: Request, on exchange: ExchangeID) {
        requests.append((request, exchange))
        open.insert(exchange)
        if request.path == "/echo" { answer(exchange, with: request.body) }
        onRequest?(request, exchange)
    }

    /// Requests to `/parked` wait as long polls do.
    func isParked(_ exchange: ExchangeID) -> Bool {
        requests.contains { $0.exchange == exchange && $0.request.path == "/parked" }
    }

    func delivered(_ exchange: ExchangeID) {
        delivered.append(exchange)
        precondition(open.remove(exchange) != nil, "delivered what was not open")
    }

    func closed(_ exchange: ExchangeID) {
        closed.append(exchange)
        precondition(open.remove(exchange) != nil, "closed what was not open")
    }

    /// Answers 200 with `body`.
    func answer(_ exchange: ExchangeID, with body: [UInt8]) {
        var response = Response(status: 200, contentType: .json, body: body)
        response.sharer = sharer(of: exchange)
        server?.respond(exchange, with: response)
    }

    func answer(_ exchange: ExchangeID, with text: String) {
        answer(exchange, with: Array(text.utf8))
    }
}
