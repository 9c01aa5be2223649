package import Core

/// What a server is started with.
package struct Config: Sendable {
    package var dataPath = "./data"
    package var host = "127.0.0.1"
    package var port = 8_787
    /// JSON for programs or text for people; nil chooses by whether stderr is a terminal.
    package var logFormat: LogFormat?
    /// How long answers and leases of own children are waited for at the end.
    package var drainMilliseconds: Int64 = 30_000
    package var isDemo = false
    package var hasTestClock = false
    /// The admin key from the environment; nil makes one and keeps it in the data folder.
    package var adminKey: String?
    package var catalog = PlanCatalog.standard

    /// A shorter admin key could be guessed.
    package static let adminKeyBytesMin = 32

    /// The defaults of API §1.
    package init() {}
}

/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable {
    case json
    case text
}
