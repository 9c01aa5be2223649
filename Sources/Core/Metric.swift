/// Something that is counted per tenant and period. `jobs` is built in.
package struct Metric: Hashable, Sendable {
    package let name: String

    /// The number of jobs that a tenant has started.
    package static let jobs = Metric(name: "jobs")

    /// A metric with this name.
    package init(name: String) { self.name = name }
}
