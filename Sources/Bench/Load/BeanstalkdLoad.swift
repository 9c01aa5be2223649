/// The same work for beanstalkd: puts, or workers that reserve a job and delete it.
final class BeanstalkdLoad: LoadDriver {
    let window: RateWindow
    /// Jobs that wait in beanstalkd.
    private(set) var waiting: Int
    private let isPutting: Bool
    /// Which connections hold a job that they are deleting.
    private var isDeleting: [Bool]
    private let put = Array(
        "put 0 0 60 \(Stock.payload.utf8.count)\r\n\(Stock.payload)\r\n".utf8)

    /// Puts, or takes what waits.
    init(connections: Int, puts: Bool, waiting: Int, window: RateWindow) {
        self.window = window
        self.waiting = waiting
        isPutting = puts
        isDeleting = Array(repeating: false, count: connections)
    }

    func begin(_ load: Load) {
        window.open(load)
        for connection in load.connections { sendNext(connection, load) }
    }

    func answered(_ connection: LoadConnection, of load: Load) {
        if isPutting {
            waiting += 1
        } else if isDeleting[connection.index] {
            isDeleting[connection.index] = false
        } else {
            guard let job = connection.beanstalkdJob else {
                return load.fail("beanstalkd reserved a job without an id")
            }
            isDeleting[connection.index] = true
            return connection.send(Array("delete ".utf8) + job + Array("\r\n".utf8))
        }
        window.add(1)
        sendNext(connection, load)
    }

    private func sendNext(_ connection: LoadConnection, _ load: Load) {
        guard !isPutting else { return connection.send(put) }
        guard waiting > 0 else { return window.finish(load) }
        waiting -= 1
        connection.send(Array("reserve\r\n".utf8))
    }
}
