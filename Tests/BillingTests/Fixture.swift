import Core
import Glibc
import JSON
import Testing

@testable import Billing

/// Files below `fixtures/stripe` of the checkout that the tests were built from.
enum Fixture {
    static let root: String = {
        // Tests/BillingTests/Fixture.swift is three steps below the top.
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/")
    }()

    static let folder = root + "/fixtures/stripe/"

    /// The names in a folder, in order.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(folder + path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.first != "." { names.append(name) }
        }
        return names.sorted()
    }

    /// The bytes of a file.
    static func bytes(_ path: String) -> [UInt8] {
        guard let file = fopen(folder + path, "r") else {
            Issue.record("there is no fixtures/stripe/\(path)")
            return []
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return bytes
    }

    static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

    static func event(_ path: String) throws -> StripeEvent {
        try StripeEvent.read(bytes(path), mode: .test)
    }

    /// Every body of an event.
    static let all: [String] = {
        names(in: "events").map { "events/" + $0 }
            + ["shapes", "sequences"].flatMap { top in
                names(in: top).flatMap { folder in
                    names(in: top + "/" + folder).map { "\(top)/\(folder)/\($0)" }
                }
            }
    }()

    /// A catalog whose plans are those of the fixtures.
    static let catalog: PlanCatalog = {
        func plan(_ id: String, rank: Int, _ prices: [PlanPrice]) -> Plan {
            var terms = PlanTerms(
                name: id, rank: rank, jobs: MetricTerms(metric: .jobs, limit: .unlimited))
            terms.prices = prices
            return Plan(id: id, terms: terms)
        }
        func price(_ interval: PriceInterval, _ key: String) -> PlanPrice {
            PlanPrice(
                interval: interval, amount: Price(nanos: 1), currency: "usd", lookupKey: key)
        }
        return PlanCatalog([
            plan("free", rank: 0, []),
            plan("pro", rank: 1, [price(.month, "pro_month"), price(.year, "pro_year")]),
            plan("enterprise", rank: 2, []),
        ])
    }()
}
