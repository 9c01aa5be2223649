/// Which Weir this is.
package enum ProgramVersion {
    /// The one place that names it.
    package static let text = "0.1.0"
}
