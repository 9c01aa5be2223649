import API
import Core
import HTTP
import Store

/// One request on its way to an answer.
struct Exchange {
    /// The key that it came with.
    let key: KeyID?
    /// What its key may touch.
    let reach: Reach
    /// The tenant of a customer's key: the answer carries its quota headers.
    let customer: String?
    /// The tenant whose key it came with, of whatever scope: it has a share of what may wait.
    let sharer: String?
    /// In whose share of the memory its bytes count. Those without a key have one together.
    var sharerOfBytes: String? { key == nil ? Response.stranger : sharer }
    /// The tenant's standing, as the last reply or rows told.
    var quota: QuotaView?
    /// Leases that the answer hands out.
    var tokens: [LeaseToken] = []
    var phase = Phase.opening

    /// The exchange of a request from this caller; nil where that is not known.
    init(of caller: Caller?) {
        key = caller?.key
        reach = caller?.reach ?? .nothing
        customer = caller.flatMap { $0.isCustomer ? $0.tenant : nil }
        sharer = caller?.grant.sharer
    }

    /// What the exchange waits for.
    enum Phase {
        /// Nothing: its steps are being run.
        case opening
        /// The reply, the rows or the moment under this number.
        case asked(EnvelopeID)
        /// The end of a job, or more of its log.
        case waiting(Topic, then: (Wake) -> Step)
        /// The word that the answer with its leases has arrived.
        case confirming
    }
}
