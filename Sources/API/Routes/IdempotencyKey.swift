import Core
import Crypto
import HTTP
import Store

/// The `Idempotency-Key` of a POST that creates.
enum IdempotencyKey {
    /// The caller's key with the hash of the request; nil if there is none. `scope` is whom the key
    /// belongs to, by default the tenant that is acted for or else the key.
    static func read(
        _ context: RequestContext, scope: String? = nil
    ) throws(Problem) -> Idempotency? {
        guard let key = context.request.header("Idempotency-Key") else { return nil }
        guard (1...Limits.idempotencyKeyBytesMax).contains(key.utf8.count) else {
            throw .invalid(
                "The Idempotency-Key has \(key.utf8.count) bytes; it may have 1 to"
                    + " \(Limits.idempotencyKeyBytesMax). Send a shorter one, such as a UUID.")
        }
        return Idempotency(
            scope: scope ?? context.caller.idempotencyScope, key: key,
            fingerprint: fingerprint(context.request))
    }

    /// SHA-256 over method, path and body. The line ends keep the parts apart: neither of the first
    /// two can hold one.
    private static func fingerprint(_ request: Request) -> [UInt8] {
        var bytes = [UInt8]()
        bytes.reserveCapacity(request.path.utf8.count + request.body.count + 16)
        bytes.append(contentsOf: request.method.name.utf8)
        bytes.append(10)
        bytes.append(contentsOf: request.path.utf8)
        bytes.append(10)
        bytes.append(contentsOf: request.body)
        return SHA256.hash(bytes)
    }
}
