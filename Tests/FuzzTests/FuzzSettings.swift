import Glibc

/// What the environment says of a fuzz run.
struct FuzzSettings {
    /// How long each reader is worked on, not counting what other tests take from it.
    let seconds: Int
    let seed: UInt64
    /// The one case that is run, to see it again.
    let onlyCase: Int?

    init() {
        seconds = FuzzSettings.number("WEIR_FUZZ_SECONDS").map(Int.init) ?? 20
        seed = FuzzSettings.number("WEIR_FUZZ_SEED") ?? 1
        onlyCase = FuzzSettings.number("WEIR_FUZZ_CASE").map(Int.init)
    }

    private static func number(_ name: String) -> UInt64? {
        guard let text = getenv(name).map({ String(cString: $0) }), !text.isEmpty else {
            return nil
        }
        guard let value = UInt64(text), value < 1 << 62 else {
            preconditionFailure("\(name) is '\(text)', not a number")
        }
        return value
    }
}
