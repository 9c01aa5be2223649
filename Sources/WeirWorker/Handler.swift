import FoundationEssentials
import Programs

/// A handler with its types forgotten: bytes in, an outcome out.
struct Handler: Sendable {
    let kind: ProgramKind
    let run: @Sendable (_ payload: [UInt8], JobContext) async -> HandlerOutcome

    /// Reads the payload, calls `body`, writes what it returns.
    init<Payload: Decodable & Sendable, Output: Sendable>(
        _ name: String, _ settings: JobSettings,
        write: @escaping @Sendable (Output) throws -> [UInt8]?,
        body: @escaping @Sendable (Payload, JobContext) async throws -> Output
    ) {
        // It is a kind as those of programs are, but that nothing is started.
        kind = ProgramKind(name: name, program: "", settings: settings)
        run = { bytes, context in
            do {
                let payload: Payload
                do {
                    payload = try Handler.read(bytes)
                } catch {
                    return .threw(
                        .dead(
                            type: "bad_payload",
                            message: "the payload is no \(Payload.self): \(Handler.words(error))"))
                }
                return .returned(try write(try await body(payload, context)))
            } catch let failure as JobFailure {
                return .threw(failure)
            } catch {
                return .threw(
                    .failed(type: "\(type(of: error))", message: Handler.words(error)))
            }
        }
    }

    /// The bytes of a result. Times are ISO 8601, as everywhere in the API.
    @Sendable static func write(_ result: some Encodable) throws -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(result))
    }

    private static func read<Payload: Decodable>(_ bytes: [UInt8]) throws -> Payload {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Payload.self, from: Data(bytes))
    }

    /// What is wrong and where, without the values: payloads are in no log.
    private static func words(_ error: any Error) -> String {
        let context: DecodingError.Context
        let what: String
        switch error as? DecodingError {
        case .keyNotFound(let key, let found):
            (context, what) = (found, "'\(key.stringValue)' is missing")
        case .valueNotFound(let type, let found):
            (context, what) = (found, "there is null where a \(type) should be")
        case .typeMismatch(let type, let found):
            let isObject = type == [String: Any].self
            (context, what) = (found, "there is no \(isObject ? "object" : "\(type)")")
        case .dataCorrupted(let found):
            (context, what) = (
                found, "there is what cannot be read, such as a time that is not ISO 8601"
            )
        case nil: return "\(error)"
        @unknown default: return "\(error)"
        }
        let path = context.codingPath.map { key in
            key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
        }
        return "at $\(path.joined()) \(what)"
    }
}
