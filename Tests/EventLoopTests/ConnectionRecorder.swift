import EventLoop

/// Keeps what a connection reports.
final class ConnectionRecorder: TCPConnectionHandler {
    var text = ""
    var readHasEnded = false
    var writtenCount = 0
    var error: UVError?

    func received(_ bytes: Span<UInt8>) {
        for index in bytes.indices { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
    }

    func readEnded() { readHasEnded = true }

    func written() { writtenCount += 1 }

    func failed(_ error: UVError) { self.error = error }
}
