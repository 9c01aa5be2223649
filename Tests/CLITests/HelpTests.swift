import Glibc
import Testing

@testable import CLI

@Suite struct `The help` {
    @Test func `every environment variable that serve reads is named`() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = root.joined(separator: "/") + "/Sources/CLI/Commands/ServeCommand.swift"
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        let names = text.split(separator: "\"").map(String.init).filter { word in
            word.hasPrefix("WEIR_") && word.allSatisfy { $0.isUppercase || $0 == "_" }
        }
        #expect(names.contains("WEIR_ADMIN_KEY") && names.contains("WEIR_LISTEN"))
        let page = Help.page(ServeCommand.command)
        for name in names { #expect(page.contains(name), "\(name)") }
    }

    @Test func `a page has every flag with its variable`() {
        for command in Catalog.commands {
            let page = Help.page(command)
            #expect(page.hasPrefix(command.usage))
            for option in command.options {
                #expect(page.contains(option.flag), "\(command.name)")
                #expect(page.contains(option.environment ?? ""), "\(command.name)")
            }
        }
    }

    @Test func `the list has every command and every exit code`() {
        let lines = Help.overview.split(separator: "\n")
        for command in Catalog.commands {
            #expect(lines.contains { $0.contains("weir \(command.name) ") }, "\(command.name)")
        }
        for code in ExitCode.allCases {
            #expect(lines.contains { $0.hasPrefix("  \(code.rawValue) ") })
        }
    }
}
