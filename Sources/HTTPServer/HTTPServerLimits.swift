/// The bounds that keep one client, or ten thousand, from harming the others.
package struct HTTPServerLimits: Sendable {
    /// 10,000 idle workers and some room; each is a file and about a kilobyte. One more gets 503.
    package var connectionsMax = 12_000
    /// A head is a few hundred bytes: whoever takes longer drips it. From its first byte.
    package var headMilliseconds: Int64 = 10_000
    /// A network that brings no byte of a body for so long is not coming back.
    package var bodyStallMilliseconds: Int64 = 30_000
    /// A body that drips a byte now and then is ended here. 16 MiB need 56 KiB/s to make it.
    package var requestMilliseconds: Int64 = 300_000
    /// Longer than the minute in which a polling client comes back; new clients have it, too.
    package var idleMilliseconds: Int64 = 75_000
    /// A reader that takes no byte of its answer for so long has hung; its queue is dropped.
    package var writeStallMilliseconds: Int64 = 30_000
    /// One that takes a few bytes now and then is cut off here. 4 MiB need 14 KiB/s to make it.
    package var answerMilliseconds: Int64 = 300_000
    /// After an answer that ends a connection the client's last bytes are read and thrown away for
    /// so long: closing at once would reset it, and the answer would be lost on its way.
    package var lingerMilliseconds: Int64 = 2_000
    /// See `HTTPConnection.readEnded`.
    package var halfCloseMilliseconds: Int64 = 1_000
    /// Requests that a client sends ahead wait here; beyond it they wait in the kernel.
    package var pipelineBytesMax = 64 * 1_024
    /// Parts of requests, and of answers that wait for slow readers, of all connections together;
    /// each sharer has its share. The connection that goes over it is ended.
    package var bufferedBytesMax = 256 * 1_024 * 1_024

    /// The defaults.
    package init() {}

    /// How long to wait for the next bytes of a request, or for a request to begin.
    func readMilliseconds(requestBeganAt began: Int64?, isInHead: Bool, at now: Int64) -> Int64 {
        guard let began else { return idleMilliseconds }
        if isInHead { return began + headMilliseconds - now }
        return min(bodyStallMilliseconds, began + requestMilliseconds - now)
    }
}
