/// A value of an additional member of a problem.
package enum ProblemValue: Sendable {
    case string(String)
    case integer(Int64)
    case bool(Bool)
    case null
    /// Bytes that are JSON already.
    case raw([UInt8])
    case errors([(path: String, message: String)])
}
