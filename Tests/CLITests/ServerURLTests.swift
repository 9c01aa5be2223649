import Testing

@testable import CLI

@Suite struct `The address of a server` {
    @Test(arguments: [
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"), ("localhost:80", "http://localhost:80"),
        ("HTTPS://weir.example/base//", "https://weir.example/base"),
        ("http://[::1]", "http://[::1]"),
        ("http://[::1]:8787/", "http://[::1]:8787"),
    ])
    func `is a host, perhaps with port and path`(text: String, url: String) throws {
        #expect(try ServerURL.read(text, from: "--url") == url)
    }

    @Test(arguments: [
        "", "/", "http://", "http:///path", "ftp://host", "http://host?x=1", "http://host#x",
        "http://a b", "http://host\r\nX: y", ":", ":8787", "http://host:0", "http://host:65536",
        "http://host:port", "http://höst", "file:///etc/passwd",
    ])
    func `is refused when no request can be sent there`(text: String) {
        let error = #expect(throws: Arguments.UsageError.self) {
            _ = try ServerURL.read(text, from: "WEIR_URL")
        }
        #expect(error?.message.hasPrefix("WEIR_URL takes an address") ?? false)
    }
}
