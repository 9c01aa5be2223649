// swift-tools-version: 6.3
import PackageDescription

/// What every target is compiled with: the compiler is the first reviewer.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Targets that face C also list every unsafe use.
let facesC: [SwiftSetting] = strict + [.strictMemorySafety()]

/// A target of ours. Its dependencies are the arrows of docs/architecture.md, one way only.
func layer(_ name: String, _ dependencies: [String], _ settings: [SwiftSetting] = strict) -> Target {
    .target(
        name: name,
        dependencies: dependencies.map { .byName(name: $0) },
        swiftSettings: settings)
}

/// The tests of a target.
func tests(_ name: String, _ dependencies: [String]) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies.map { .byName(name: $0) },
        swiftSettings: strict)
}

let package = Package(
    name: "weir",
    products: [],
    targets: [
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        layer("Core", []),
        layer("Threads", [], facesC),
        layer("Store", ["Core", "Threads"]),
        layer("StoreSQLite", ["Core", "Store", "Threads", "CSQLite"], facesC),
        tests("StoreSQLiteTests", ["Core", "Store", "StoreSQLite"]),
    ]
)
