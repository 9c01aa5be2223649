import Testing

/// Every store that has to pass the suite.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
    case model
    case sqlite

    static let all = StoreKind.allCases

    var testDescription: String {
        switch self {
        case .model: "model"
        case .sqlite: "SQLite"
        }
    }
}
