/// What can be wrong with what a head says, and with the body that it announces.
extension HTTPRefusal {
    // MARK: Host and expectation

    static var noHost: HTTPRefusal {
        HTTPRefusal(400, "The Host field is missing; HTTP/1.1 needs exactly one.")
    }

    static var severalHosts: HTTPRefusal {
        HTTPRefusal(400, "There is more than one Host field; send exactly one.")
    }

    static var badHost: HTTPRefusal {
        HTTPRefusal(400, "The Host field is not a host with at most a port.")
    }

    static var unknownExpectation: HTTPRefusal {
        HTTPRefusal(417, "The only expectation that is met here is '100-continue'.")
    }

    // MARK: Length

    static var severalLengths: HTTPRefusal {
        HTTPRefusal(400, "There is more than one Content-Length field; send exactly one.")
    }

    static var badLength: HTTPRefusal {
        HTTPRefusal(400, "Content-Length is not one number of decimal digits alone.")
    }

    static var lengthOverflow: HTTPRefusal {
        HTTPRefusal(400, "Content-Length is a number beyond 63 bits.")
    }

    static var lengthAndCoding: HTTPRefusal {
        HTTPRefusal(400, "Content-Length and Transfer-Encoding are both given; send one of them.")
    }

    static var codingInOldVersion: HTTPRefusal {
        HTTPRefusal(400, "HTTP/1.0 knows no Transfer-Encoding; use Content-Length or HTTP/1.1.")
    }

    static var unknownCoding: HTTPRefusal {
        HTTPRefusal(501, "The only Transfer-Encoding taken here is 'chunked', once.")
    }

    static func bodyTooLong(_ bytesMax: Int) -> HTTPRefusal {
        HTTPRefusal(
            413, .tooLarge,
            "The body is longer than \(bytesMax) bytes, which is the most that this path takes.")
    }

    // MARK: Chunks

    static var badChunkSize: HTTPRefusal {
        HTTPRefusal(400, "A chunk size is not a number of hex digits alone.")
    }

    static var chunkSizeOverflow: HTTPRefusal {
        HTTPRefusal(400, "A chunk size is a number of more than 15 hex digits.")
    }

    static var controlInChunkLine: HTTPRefusal {
        HTTPRefusal(400, "A chunk extension holds a control character.")
    }

    static func extensionsTooLong(_ bytesMax: Int) -> HTTPRefusal {
        HTTPRefusal(400, "The chunk extensions of the body are longer than \(bytesMax) bytes.")
    }

    static var unendedChunk: HTTPRefusal {
        HTTPRefusal(400, "A chunk is longer than its size, or CR LF does not follow it.")
    }

    static var badTrailer: HTTPRefusal {
        HTTPRefusal(400, "A field after the body has no name, or a name that is not a token.")
    }

    static var controlInTrailer: HTTPRefusal {
        HTTPRefusal(400, "The value of a field after the body holds a control character.")
    }

    static func trailersTooLong(_ bytesMax: Int) -> HTTPRefusal {
        HTTPRefusal(
            431, .headTooLarge,
            "The fields after the body are longer than \(bytesMax) bytes, which is the most taken.")
    }
}
