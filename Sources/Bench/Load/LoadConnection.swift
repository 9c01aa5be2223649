import EventLoop

/// One connection of a load, with one request in flight.
final class LoadConnection: TCPConnectionHandler {
    /// Tells the connections of a load apart, from 0.
    let index: Int
    private let connection: TCPConnection
    private unowned let load: Load
    private var reader: ResponseReader

    /// Connects to the server of `load`, and reads from now on.
    init(index: Int, load: Load, port: Int, keepsBody: Bool) throws(BenchError) {
        self.index = index
        self.load = load
        reader = ResponseReader(keepsBody: keepsBody)
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

    /// Sends a request; the answer to the one before has come.
    func send(_ request: RequestBytes) {
        if case .failed(let error) = connection.write(request.bytes) { load.fail("\(error)") }
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
