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
func layer(_ name: String, _ dependencies: [String], _ settings: [SwiftSetting] = strict) -> Target
{
    .target(
        name: name,
        dependencies: dependencies.map { .byName(name: $0) },
        swiftSettings: settings)
}

/// The tests of a target. They are compiled without optimisation even where what they test has it:
/// the optimiser would take minutes over what their macros become. Without it the driver makes
/// their modules apart, by a second look at every macro: it is told to make them on the way.
func tests(_ name: String, _ dependencies: [String]) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies.map { .byName(name: $0) },
        swiftSettings: strict + [
            .unsafeFlags(
                ["-Onone", "-no-emit-module-separately-wmo"], .when(configuration: .release))
        ])
}

let package = Package(
    name: "weir",
    products: [
        .executable(name: "weir", targets: ["weir"]),
        .library(name: "WeirWorker", targets: ["WeirWorker"]),
    ],
    traits: [
        .trait(name: "Mutants", description: "Defects to try the simulator on; never shipped.")
    ],
    targets: [
        // The memory of the C library, which its own module leaves out.
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        // The log of the store, written in one piece a commit.
        .target(name: "CLogVFS", dependencies: ["CSQLite"]),
        // A disk in memory whose power can be cut: for tests and the simulator.
        .target(name: "CCrashVFS", dependencies: ["CSQLite"]),

        // What forks, and looks after what it forked.
        .target(name: "CGuard"),

        layer("Core", []),
        layer("JSON", []),
        layer("Plans", ["Core", "JSON"]),
        layer("HTTP", ["JSON"]),
        layer("Crypto", ["CCrypto"], facesC),
        layer("Threads", ["CMalloc"], facesC),
        layer("Store", ["Core", "Crypto", "Threads"]),
        layer("StoreSQLite", ["CLogVFS", "Core", "CSQLite", "Plans", "Store", "Threads"], facesC),
        layer("CrashDisk", ["CCrashVFS", "Store", "StoreSQLite"], facesC),
        layer("StoreModel", ["Core", "Store"]),
        layer("Billing", ["Core", "Crypto", "JSON"]),
        layer("API", ["Billing", "Core", "Crypto", "HTTP", "JSON", "Plans", "Store"]),
        layer("Service", ["API", "Billing", "Core", "HTTP", "Store"]),
        layer("EventLoop", ["CLibuv", "Threads"], facesC),
        layer("HTTPServer", ["Core", "EventLoop", "HTTP"]),
        layer("HTTPClient", ["CCurl", "EventLoop"], facesC),
        layer("Programs", ["Core", "JSON"]),
        layer("Runner", ["CGuard", "Core", "EventLoop", "Programs", "Threads"], facesC),
        layer(
            "RemoteWork", ["Core", "EventLoop", "HTTPClient", "JSON", "Programs", "Runner"]),
        layer(
            "WeirWorker", ["Core", "EventLoop", "Programs", "RemoteWork", "Runner", "Threads"]),
        layer(
            "LocalWork",
            ["API", "Core", "EventLoop", "HTTP", "Programs", "Runner", "Service", "Store"]),
        layer(
            "Server",
            [
                "API", "Billing", "Core", "Crypto", "EventLoop", "HTTP", "HTTPClient", "HTTPServer",
                "JSON", "LocalWork", "Plans", "Programs", "Runner", "Service", "Store",
                "StoreSQLite", "Threads",
            ]),
        layer(
            "Simulate",
            [
                "API", "Billing", "Core", "CrashDisk", "Crypto", "HTTP", "JSON", "Plans", "Service",
                "Store", "StoreModel", "StoreSQLite", "Threads",
            ]),
        layer(
            "PowerCuts", ["Core", "CrashDisk", "Plans", "Store", "StoreSQLite", "Threads"]),
        layer(
            "Bench",
            ["Billing", "Core", "EventLoop", "JSON", "Plans", "Store", "StoreSQLite", "Threads"],
            facesC),
        layer(
            "CLI",
            [
                "Bench", "Billing", "Core", "EventLoop", "HTTPClient", "JSON", "Plans",
                "PowerCuts", "Programs", "RemoteWork", "Runner", "Server", "Simulate", "Store",
                "StoreSQLite",
            ]),
        .executableTarget(name: "weir", dependencies: ["CLI"], swiftSettings: strict),
        // The program of docs/worker-library.md, built with the rest so that it stays true.
        .executableTarget(
            name: "HelloWorker", dependencies: ["WeirWorker"], path: "Examples/HelloWorker",
            swiftSettings: strict),

        tests("CoreTests", ["Core"]),
        tests("JSONTests", ["Core", "JSON"]),
        tests("PlansTests", ["Core", "JSON", "Plans"]),
        tests("HTTPTests", ["HTTP", "JSON"]),
        tests("CryptoTests", ["Crypto"]),
        tests("BillingTests", ["Billing", "Core", "Crypto", "JSON"]),
        tests("BenchTests", ["Bench", "Core"]),
        tests(
            "CLITests", ["Bench", "Billing", "CLI", "HTTPClient", "JSON", "PowerCuts", "Server"]),
        tests("FuzzTests", ["Core", "HTTP", "JSON"]),
        tests("SimulateTests", ["Simulate"]),
        tests("BlackBoxTests", ["JSON", "Threads"]),
        tests("TidyTests", []),
        tests("ThreadsTests", ["Threads"]),
        tests("EventLoopTests", ["EventLoop", "Threads"]),
        tests("HTTPClientTests", ["EventLoop", "HTTPClient", "Threads"]),
        tests("ProgramsTests", ["Core", "Programs"]),
        tests("RunnerTests", ["Core", "EventLoop", "Programs", "Runner"]),
        tests(
            "RemoteWorkTests",
            ["Core", "EventLoop", "JSON", "Programs", "RemoteWork", "Runner", "Threads"]),
        tests("WeirWorkerTests", ["Core", "EventLoop", "Programs", "Runner", "WeirWorker"]),
        tests(
            "LocalWorkTests",
            [
                "API", "Core", "EventLoop", "JSON", "LocalWork", "Programs", "Runner", "Server",
                "Service", "Store",
            ]),
        tests("HTTPServerTests", ["EventLoop", "HTTP", "HTTPServer"]),
        tests(
            "ServiceTests",
            ["API", "Billing", "Core", "Crypto", "HTTP", "JSON", "Service", "Store"]),
        tests(
            "StoreTests",
            [
                "Billing", "Core", "JSON", "Plans", "Store", "StoreModel", "StoreSQLite", "Threads",
            ]),
        tests("CrashTests", ["Core", "CrashDisk", "Plans", "PowerCuts", "Store", "StoreSQLite"]),
        tests("StoreSQLiteTests", ["Core", "Plans", "Store", "StoreSQLite"]),
    ]
)
