/// What can be wrong with the lines of a request's head.
extension HTTPRefusal {
    // MARK: Lines

    static var encrypted: HTTPRefusal {
        HTTPRefusal(
            400, "The connection begins with TLS; this port speaks plain HTTP. Use http://.")
    }

    static var noMethod: HTTPRefusal {
        HTTPRefusal(400, "The request line does not begin with a method and one space.")
    }

    static var emptyLines: HTTPRefusal {
        HTTPRefusal(400, "The request begins with more than one empty line.")
    }

    static var bareLineFeed: HTTPRefusal {
        HTTPRefusal(400, "A line ends with LF alone; end it with CR LF.")
    }

    static var bareReturn: HTTPRefusal {
        HTTPRefusal(400, "A line holds a CR that no LF follows; end it with CR LF.")
    }

    static func headTooLong(_ bytesMax: Int) -> HTTPRefusal {
        HTTPRefusal(
            431, .headTooLarge,
            "The request head is longer than \(bytesMax) bytes, which is the most taken here.")
    }

    // MARK: Request line

    static func methodTooLong(_ bytesMax: Int) -> HTTPRefusal {
        HTTPRefusal(501, "The method is longer than \(bytesMax) bytes; no such method is known.")
    }

    static var badTargetByte: HTTPRefusal {
        HTTPRefusal(
            400,
            "The request target is empty or holds a control character or a byte beyond ASCII; "
                + "percent-encode it.")
    }

    static var targetHasFragment: HTTPRefusal {
        HTTPRefusal(400, "The request target holds a '#'; leave the fragment out or write %23.")
    }

    static var badTargetForm: HTTPRefusal {
        HTTPRefusal(
            400, "The request target begins neither with '/' nor with 'http://' and a host.")
    }

    static var asteriskTarget: HTTPRefusal {
        HTTPRefusal(400, "The request target '*' is for OPTIONS only.")
    }

    static var badPathEncoding: HTTPRefusal {
        HTTPRefusal(400, "The path holds a '%' without two hex digits after it; write %25.")
    }

    static var pathHasNUL: HTTPRefusal {
        HTTPRefusal(400, "The path holds an encoded NUL (%00), which stands in no name here.")
    }

    static func badQuery(_ parameter: String) -> HTTPRefusal {
        HTTPRefusal(
            400, "The query parameter '\(parameter)' is not percent-encoded UTF-8 without NUL.")
    }

    static var badVersion: HTTPRefusal {
        HTTPRefusal(400, "The request line does not end with one space and an HTTP version.")
    }

    static func unknownVersion(_ text: String) -> HTTPRefusal {
        HTTPRefusal(505, "Version \(text) is not spoken here; use HTTP/1.1.")
    }

    // MARK: Fields

    static func tooManyFields(_ countMax: Int) -> HTTPRefusal {
        HTTPRefusal(
            431, .headTooLarge,
            "The request has more than \(countMax) header fields, which is the most taken here.")
    }

    static var foldedField: HTTPRefusal {
        HTTPRefusal(400, "A header field begins with a space or is folded; write it on one line.")
    }

    static var spaceBeforeColon: HTTPRefusal {
        HTTPRefusal(400, "A header field has a space before its colon.")
    }

    static var badFieldName: HTTPRefusal {
        HTTPRefusal(400, "A header field has no name, no colon, or a name that is not a token.")
    }

    static var controlInField: HTTPRefusal {
        HTTPRefusal(400, "The value of a header field holds a control character.")
    }
}
