import Core
import Testing

@Suite struct `What events are sent by` {
    @Test(arguments: [
        "https://acme.example/hook?x=1", "http://acme.example", "HTTPS://acme.example:8443/",
        "https://[2001:db8::1]:443/x", "http://2130706433/", "https://acme.example/a@b",
        "https://acme.example?u=a@b",
    ])
    func `a URL that events may be sent to`(url: String) {
        #expect(EndpointURL.fault(in: url) == nil)
    }

    @Test(arguments: [
        ("", "begins with"), ("acme.example", "begins with"), ("ftp://a.b/", "begins with"),
        ("file:///etc/passwd", "begins with"), ("javascript:alert(1)", "begins with"),
        ("https://", "names no host"), ("https:///x", "names no host"),
        ("https://?x", "names no host"), ("https://:80/", "names no host"),
        ("https://me:secret@a.b/", "user name"), ("https://me@a.b/", "user name"),
        ("https://a.b\\@c.d/", "backslash"), ("https://a.b/x y", "blank"),
        ("https://a.b/\n", "blank"), ("https://bücher.example/", "ASCII"),
        ("https://a.b/#x", "behind '#'"), ("https://a.b:0/", "port"),
        ("https://a.b:65536/", "port"), ("https://a.b:/", "port"), ("https://a.b:8o/", "port"),
        ("https://a.b:+80/", "port"), ("https://[::1/", "']'"), ("https://[::1]x/", "behind"),
        ("https://a.b/" + String(repeating: "x", count: 2_048), "2048"),
    ])
    func `no other is taken, and it is said why`(url: String, says: String) {
        #expect(EndpointURL.fault(in: url)?.contains(says) == true, "\(url)")
    }

    @Test func `tries go on for three days and longer by a tenth at most`() throws {
        var random = Random(seed: 1)
        var sum: Int64 = 0
        for (index, delay) in DeliverySchedule.delays.enumerated() {
            let drawn = (0..<100).compactMap { _ in
                DeliverySchedule.delayMilliseconds(
                    afterTries: Int64(index + 1), asked: nil, random: &random)
            }
            #expect(drawn.allSatisfy { (delay...(delay * 11 / 10)).contains($0) })
            #expect(Set(drawn).count > 50, "receivers that failed together come back together")
            sum += delay
        }
        #expect((72 * 3_600_000...76 * 3_600_000).contains(sum))
        let after = Int64(DeliverySchedule.delays.count + 1)
        #expect(
            DeliverySchedule.delayMilliseconds(afterTries: after, asked: 1, random: &random)
                == nil)
    }

    @Test func `a filter lets its types pass, and no filter all`() {
        let some = EventFilter([.jobDead, .quotaWarning])
        #expect(EventType.allCases.filter(some.contains) == [.quotaWarning, .jobDead])
        #expect(some.names == ["quota.warning", "job.dead"])
        #expect(EventType.allCases.allSatisfy(EventFilter.all.contains))
        #expect(!EventType.allCases.contains(where: EventFilter.none.contains))
        #expect(some.union(EventFilter([.jobSucceeded])).contains(.jobSucceeded))
        #expect(some.union(.all) == .all)
        #expect(EventFilter.none.union(some) == some)
        #expect(EventType.allCases.allSatisfy { EventType(name: $0.name) == $0 })
        #expect(EventType(name: "job.*") == nil)
    }
}
