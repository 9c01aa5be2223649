/// Every connection is a worker: it pulls, completes what it got, and pulls again.
final class PullLoad: LoadDriver {
    let window: RateWindow
    private let pull: RequestBytes
    /// What completes so many jobs, by how many.
    private var completions: [Int: RequestBytes] = [:]
    /// How many jobs each connection is completing; 0 while it pulls.
    private var completing: [Int]
    private let tokenMark = Array(#""lease":{"token":""#.utf8)
    private let errorMark = Array(#""error":"#.utf8)

    /// A lease's token is as long as this one.
    private static let tokenLength = 32

    /// Workers that take up to `jobsMax` at a time.
    init(workers: Int, jobsMax: Int, window: RateWindow) {
        self.window = window
        completing = Array(repeating: 0, count: workers)
        pull = RequestBytes(
            "POST", "/v1/leases/pull", key: ServerUnderLoad.adminKey,
            body: #"{"max":\#(jobsMax),"worker":"bench"}"#)
    }

    func begin(_ load: Load) {
        window.open(load)
        for connection in load.connections { connection.send(pull) }
    }

    func answered(_ connection: LoadConnection, of load: Load) {
        let count = completing[connection.index]
        guard count == 0 else {
            guard ByteSearch.first(errorMark, in: connection.body) == nil else {
                return load.fail("the server did not complete a job that it had leased")
            }
            completing[connection.index] = 0
            window.add(count)
            connection.send(pull)
            return
        }
        let tokens = ByteSearch.texts(after: tokenMark, in: connection.body)
        // The stock is larger than what any server does in the time.
        guard !tokens.isEmpty else { return window.finish(load) }
        completing[connection.index] = tokens.count
        connection.send(PullLoad.completion(of: tokens, &completions))
    }

    /// The request that completes these leases.
    static func completion(
        of tokens: [ArraySlice<UInt8>], _ made: inout [Int: RequestBytes]
    ) -> RequestBytes {
        let count = tokens.count
        if made[count] == nil {
            let item = #"{"token":"\#(RequestBytes.gap(tokenLength))"}"#
            let list = Array(repeating: item, count: count).joined(separator: ",")
            made[count] = RequestBytes(
                "POST", "/v1/leases/complete", key: ServerUnderLoad.adminKey,
                body: #"{"results":[\#(list)]}"#)
        }
        for (index, token) in tokens.enumerated() { made[count]?.fill(index, with: token) }
        guard let request = made[count] else { preconditionFailure("a request was just made") }
        return request
    }
}
