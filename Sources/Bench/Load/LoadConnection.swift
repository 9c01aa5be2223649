import EventLoop

/// One connection of a load, with one request in flight.
final class LoadConnection: TCPConnectionHandler {
    /// Tells the connections of a load apart, from 0.
    let index: Int
    private let connection: TCPConnection
    private unowned let load: Load
    private var reader: any AnswerReader

    /// Connects to the server of `load`, and reads from now on.
    init(index: Int, load: Load, port: Int, reader: Load.Reader) throws(BenchError) {
        self.index = index
        self.load = load
        switch reader {
        case .http(let keepsBody): self.reader = ResponseReader(keepsBody: keepsBody)
        case .beanstalkd: self.reader = BeanstalkdReader()
        }
        let socket = try ClientSocket.connect(port: port)
        do throws(UVError) {
            connection = try TCPConnection(loop: load.loop, adopting: socket)
        } catch {
            throw BenchError("\(error)")
        }
        connection.handler = self
        connection.startReading()
    }

    /// The status and body of the last answer.
    var status: Int { reader.status }
    var body: [UInt8] { reader.body }

    /// The job that the last answer of beanstalkd is about.
    var beanstalkdJob: ArraySlice<UInt8>? { (reader as? BeanstalkdReader)?.job }

    /// Sends a request; the answer to the one before has come.
    func send(_ request: RequestBytes) { send(request.bytes) }

    func send(_ bytes: [UInt8]) {
        if case .failed(let error) = connection.write(bytes) { load.fail("\(error)") }
    }

    func close() { connection.close() }

    func received(_ bytes: Span<UInt8>) {
        do throws(BenchError) {
            if try reader.take(bytes) { load.answered(self) }
        } catch {
            load.fail(error.description)
        }
    }

    func readEnded() { load.fail("the server closed a connection") }
    func written() {}
    func failed(_ error: UVError) { load.fail("\(error)") }
}
