/// What a header `Stripe-Signature` says.
struct SignatureParts {
    /// As it is written, since that is what was signed.
    let timestamp: String
    let seconds: Int64
    /// The signatures that can be any: 64 small hexadecimal digits.
    let candidates: [[UInt8]]

    /// Reads a header. Schemes that are not known are passed, and so is `v0`, which proves nothing.
    init(header: String?) throws(WebhookSignature.Cause) {
        guard let header, !header.isEmpty else { throw .noHeader }
        let bytes = Array(header.utf8)
        guard bytes.count <= WebhookSignature.headerBytesMax else {
            throw .headerTooLong(bytes: bytes.count)
        }
        var timestamps: [ArraySlice<UInt8>] = []
        var signatures: [ArraySlice<UInt8>] = []
        for part in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let (name, value) = (part[..<equals], part[(equals + 1)...])
            if name.elementsEqual("t".utf8) { timestamps.append(value) }
            if name.elementsEqual("v1".utf8) { signatures.append(value) }
        }
        guard let stamp = timestamps.first else { throw .noTimestamp }
        guard timestamps.count == 1 else { throw .severalTimestamps }
        timestamp = String(decoding: stamp, as: UTF8.self)
        guard (1...WebhookSignature.timestampDigitsMax).contains(stamp.count),
            stamp.allSatisfy({ (48...57).contains($0) }), let seconds = Int64(timestamp)
        else { throw .badTimestamp }
        self.seconds = seconds
        guard signatures.count <= WebhookSignature.signaturesMax else {
            throw .tooManySignatures(signatures.count)
        }
        candidates = signatures.filter(SignatureParts.isSignature).map { Array($0) }
        guard !candidates.isEmpty else { throw .noSignature }
    }

    private static func isSignature(_ text: ArraySlice<UInt8>) -> Bool {
        text.count == 64
            && text.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
