import Core
import JSON

/// What a result may be, whoever gives it: as large, and as deep, as a server takes it over HTTP.
package enum ResultBounds {
    /// There it stands in an object in a list in an object.
    package static let depthMax = JSONLimits.depthMax - 3

    /// What is said of one that is too large.
    package static let tooLarge = WorkError(
        type: "result_too_large",
        message: "its result has more than \(Limits.resultBytesMax) bytes; keep it elsewhere and"
            + " give the address")
    /// What is said of one that is too deep.
    package static let tooDeep = WorkError(
        type: "result_too_deep",
        message: "its result is nested deeper than \(depthMax) levels")

    /// What is wrong with a result, which is JSON; nil if it can be kept.
    package static func fault(of result: [UInt8]) -> WorkError? {
        if result.count > Limits.resultBytesMax { return tooLarge }
        do throws(JSONError) {
            _ = try JSONDocument(validating: result, depthMax: depthMax)
        } catch {
            if case .tooDeep = error.reason { return tooDeep }
        }
        return nil
    }
}
