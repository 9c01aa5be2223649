/// Which of the addresses that a name leads to may be called, and what is to be said if none may.
struct Admission {
    private let admits: (PeerAddress) -> Bool
    private var refused: PeerAddress?
    private var hasAdmitted = false

    /// Those that `admits` lets pass.
    init(_ admits: @escaping (PeerAddress) -> Bool) { self.admits = admits }

    /// The address that was not fit to be called, where that is why nothing was: once one was
    /// called, how that ended says more.
    var refusal: PeerAddress? { hasAdmitted ? nil : refused }

    /// True if this address may be called.
    mutating func mayCall(_ address: PeerAddress) -> Bool {
        guard admits(address) else {
            refused = address
            return false
        }
        hasAdmitted = true
        return true
    }
}
