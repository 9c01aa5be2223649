import Testing

@testable import HTTPClient

@Suite struct `A line of an answer's head` {
    @Test(arguments: [
        ("Retry-After: 120\r\n", 120), ("retry-after:0\r\n", 0), ("RETRY-AFTER:\t7 \r\n", 7),
        ("Retry-After: 9223372036854775807\r\n", Int.max),
        ("Retry-After: 9223372036854775808\r\n", .max),
        ("Retry-After: 99999999999999999999999\r\n", .max),
    ])
    func `says for how many seconds not to come again`(line: String, seconds: Int) {
        #expect(RetryAfter.seconds(in: Array(line.utf8)) == seconds)
    }

    @Test(arguments: [
        "", "\r\n", "Retry-After:", "Retry-After: \r\n", "Retry-After: -1", "Retry-After: 1.5",
        "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", "X-Retry-After: 5", "Retry\u{d}After: 5",
        "HTTP/1.1 503 Busy\r\n",
    ])
    func `may say nothing of that, or a date`(line: String) {
        #expect(RetryAfter.seconds(in: Array(line.utf8)) == nil)
    }
}
