import Core

/// Every connection submits as fast as it is answered, each time for some other tenant.
final class SubmitLoad: LoadDriver {
    let window: RateWindow
    private let jobsPerRequest: Int
    private let tenants: Int
    private var request: RequestBytes
    private var random = Random(seed: 3)
    /// How many answers were looked into: all that are kept.
    private var answersSeen = 0
    private var usualBytes = 0

    /// Single jobs, or batches of so many.
    init(jobsPerRequest: Int, tenants: Int, window: RateWindow) {
        self.jobsPerRequest = jobsPerRequest
        self.tenants = tenants
        self.window = window
        let job = #"{"kind":"\#(Stock.kind)","payload":\#(Stock.payload)}"#
        let list = Array(repeating: job, count: jobsPerRequest).joined(separator: ",")
        request = RequestBytes(
            "POST", jobsPerRequest == 1 ? "/v1/jobs" : "/v1/jobs/batch",
            key: ServerUnderLoad.adminKey,
            tenant: RequestBytes.gap(Stock.tenant(0).utf8.count),
            body: jobsPerRequest == 1 ? job : #"{"jobs":[\#(list)]}"#)
    }

    func begin(_ load: Load) {
        window.open(load)
        for connection in load.connections { sendNext(connection) }
    }

    func answered(_ connection: LoadConnection, of load: Load) {
        if jobsPerRequest > 1, !holdsOnlyJobs(connection.body) {
            return load.fail("the server refused a job of a batch")
        }
        window.add(jobsPerRequest)
        sendNext(connection)
    }

    private func sendNext(_ connection: LoadConnection) {
        let tenant = Stock.tenant(Int(random.next() % UInt64(tenants)))
        request.fill(0, with: tenant.utf8)
        connection.send(request)
    }

    /// A batch is 200 though all its jobs were refused. Looking costs the client time that the
    /// server would have, so only the first answers are looked into; those that follow must be
    /// about as long, which errors in the place of jobs are not.
    private func holdsOnlyJobs(_ body: [UInt8]) -> Bool {
        guard answersSeen < 16 else { return body.count > usualBytes - usualBytes / 20 }
        answersSeen += 1
        usualBytes = body.count
        return ByteSearch.first(Array(#"{"error":{"#.utf8), in: body) == nil
    }
}
