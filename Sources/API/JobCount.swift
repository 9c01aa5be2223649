/// How many jobs, as a sentence says it.
struct JobCount: CustomStringConvertible {
    let description: String

    init(_ count: some BinaryInteger) {
        description = count == 1 ? "1 job" : "\(count) jobs"
    }
}
