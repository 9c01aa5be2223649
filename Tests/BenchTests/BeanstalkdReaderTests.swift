import Bench
import Testing

@Suite struct `Reading answers of beanstalkd` {
    @Test func `a reserved job comes with its body, in any two pieces`() throws {
        let answer = Array("RESERVED 17 7\r\n{\"n\":\n}\r\n".utf8)
        for cut in 1..<answer.count {
            var reader = BeanstalkdReader()
            #expect(try !reader.take(Array(answer[..<cut]).span), "cut at \(cut)")
            #expect(try reader.take(Array(answer[cut...]).span), "cut at \(cut)")
            #expect(reader.status == 200)
            #expect(reader.job.map { String(decoding: $0, as: UTF8.self) } == "17")
        }
    }

    @Test func `answers follow each other`() throws {
        var reader = BeanstalkdReader()
        #expect(try reader.take(Array("INSERTED 5\r\n".utf8).span))
        #expect(reader.job.map { String(decoding: $0, as: UTF8.self) } == "5")
        #expect(try reader.take(Array("DELETED\r\n".utf8).span))
        #expect(reader.status == 200 && reader.job == nil)
        #expect(try reader.take(Array("OUT_OF_MEMORY\r\n".utf8).span))
        #expect(reader.status == 500)
    }

    @Test(arguments: ["\r\n", "RESERVED 17\r\n", "DELETED\r\nDELETED\r\n"])
    func `what cannot be one answer ends the run`(text: String) {
        var reader = BeanstalkdReader()
        #expect(throws: BenchError.self) { _ = try reader.take(Array(text.utf8).span) }
    }
}
