import HTTP
import Testing

/// Bytes that are refused, with what is said about them.
struct Refused: CustomTestStringConvertible, Sendable {
    let bytes: [UInt8]
    let status: Int
    let code: ProblemCode
    let detail: String

    /// A whole request.
    init(
        _ text: String, _ status: Int, _ detail: String, code: ProblemCode = .malformedRequest
    ) {
        bytes = Array(text.utf8)
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// A request with these lines after its request line and its host.
    init(
        fields: String, _ status: Int, _ detail: String, code: ProblemCode = .malformedRequest
    ) {
        self.init("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n", status, detail, code: code)
    }

    /// A chunked request with this body.
    init(chunks: String, _ status: Int, _ detail: String, code: ProblemCode = .malformedRequest) {
        self.init(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)", status,
            detail, code: code)
    }

    var testDescription: String {
        String(decoding: bytes.prefix(120), as: UTF8.self).debugDescription
    }

    /// Refused for the same whether the bytes come at once, one by one or cut in two anywhere.
    /// Of long ones, those of the limits, only the last bytes are cut: the rest is filling.
    func check(_ location: SourceLocation = #_sourceLocation) {
        var runs = [ParserRun(bytes), ParserRun(drippedFrom: bytes)]
        for cut in max(1, bytes.count - 200)..<max(1, bytes.count) {
            runs.append(ParserRun(bytes, cutAt: [cut]))
        }
        for run in runs {
            #expect(run.requests.isEmpty, sourceLocation: location)
            #expect(run.refusal?.detail == detail, sourceLocation: location)
            #expect(run.refusal?.status == status, sourceLocation: location)
            #expect(run.refusal?.code == code, sourceLocation: location)
        }
    }
}
