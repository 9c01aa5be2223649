import EventLoop
import Threads

/// Connections on a loop of their own, for as long as their driver keeps them busy.
final class Load {
    let loop: Loop
    private(set) var connections: [LoadConnection] = []
    private let driver: any LoadDriver
    private var failure: BenchError?
    private(set) var isOver = false
    private var answerCount = 0

    /// A server that says nothing for so long says nothing any more.
    private static let silenceMilliseconds: Int64 = 90_000

    /// Whose answers come.
    enum Reader {
        case http(keepsBody: Bool)
        case beanstalkd
    }

    private init(_ driver: any LoadDriver) throws(BenchError) {
        self.driver = driver
        do throws(UVError) {
            loop = try Loop()
        } catch {
            throw BenchError("\(error)")
        }
    }

    /// Opens `count` connections and runs until the driver ends the load.
    static func run(
        _ driver: any LoadDriver, port: Int, connections count: Int, reader: Reader
    ) throws(BenchError) {
        let load = try Load(driver)
        try load.run(port: port, count: count, reader: reader)
    }

    private func run(port: Int, count: Int, reader: Reader) throws(BenchError) {
        do throws(BenchError) {
            for index in 0..<count {
                connections.append(
                    try LoadConnection(
                        index: index, load: self, port: port, reader: reader))
            }
            watch(answersBefore: 0)
            driver.begin(self)
        } catch {
            failure = error
            isOver = true
        }
        if !isOver { loop.run() }
        for connection in connections { connection.close() }
        let code = loop.close()
        precondition(code == 0, "handles were left open: \(loop.openHandles())")
        if let failure { throw failure }
    }

    private func watch(answersBefore: Int) {
        loop.schedule(after: Load.silenceMilliseconds) { [unowned self] in
            guard answerCount > answersBefore else {
                return fail("the server gave no answer for a long time")
            }
            watch(answersBefore: answerCount)
        }
    }

    /// A connection has an answer.
    func answered(_ connection: LoadConnection) {
        guard !isOver else { return }
        answerCount += 1
        guard (200...299).contains(connection.status) else {
            let body = String(decoding: connection.body.prefix(500), as: UTF8.self)
            return fail("the server answered \(connection.status) \(body)")
        }
        driver.answered(connection, of: self)
    }

    /// Ends the load: its figures are whole.
    func end() {
        isOver = true
        loop.stop()
    }

    /// Ends the load: it cannot be believed.
    func fail(_ reason: String) {
        guard !isOver else { return }
        failure = BenchError(reason)
        end()
    }
}
