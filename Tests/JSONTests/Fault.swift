import JSON

/// What is wrong with a text, and where.
struct Fault: Equatable {
    let offset: Int
    let reason: JSONError.Reason
    var sentence = ""

    init(offset: Int, reason: JSONError.Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// What the reader finds wrong with the bytes; nil if nothing.
    init?(in bytes: [UInt8], depthMax: Int = JSONLimits.depthMax) {
        do throws(JSONError) {
            _ = try JSONDocument(validating: bytes, depthMax: depthMax)
            return nil
        } catch {
            self.init(offset: error.offset, reason: error.reason)
            sentence = error.description
        }
    }

    static func == (left: Fault, right: Fault) -> Bool {
        left.offset == right.offset && left.reason == right.reason
    }
}
