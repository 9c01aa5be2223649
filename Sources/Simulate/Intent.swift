import Core
import Service

/// What a client wanted with a request, to read the answer by.
enum Intent {
    case submit
    /// Sent under an idempotency key: what it was, word for word.
    case submitKeyed(String, age: Int)
    case createTenant
    case deleteTenant(String)
    case createKey(tenant: String, queue: String?, isWorker: Bool)
    case revokeKey(id: String)
    /// Sent with a tenant's key, whose standing was this when it was sent.
    case withKey(id: String, was: KnownKey.Standing)
    /// Sent with the key of a tenant's worker.
    case pullWithKey(id: String, was: KnownKey.Standing)
    case submitWithKey(id: String, was: KnownKey.Standing)
    case grant
    case endpoint(tenant: String)
    case deliveries(of: KnownEndpoint)
    case pull
    case end(token: String, verb: String)
    case cancel
    /// A long poll for the end of a job.
    case wait
    /// A read of a job's log; true for one that waits.
    case log(waits: Bool)
    /// An event with signatures, and whether one of them is right.
    case signed(isRight: Bool)
    case other
}

/// An endpoint that was made.
struct KnownEndpoint {
    let id: String
    let tenant: String
}

/// A key that was made, as its owner knows it.
struct KnownKey {
    let id: String
    let text: String
    let tenant: String
    /// The only queue that a worker with it may pull from.
    let queue: String?
    let isWorker: Bool
    var standing = Standing.good

    /// What its owner may count on.
    enum Standing: Equatable {
        /// It was made, and nobody has asked to revoke it.
        case good
        /// Somebody asked, and was not answered.
        case unknown
        /// It is gone for good.
        case revoked
    }
}
