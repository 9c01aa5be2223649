import HTTPClient
import Testing

@Suite struct `Addresses that events may go to` {
    @Test(
        arguments: [
            [0, 0, 0, 0], [0, 1, 2, 3], [10, 0, 0, 1], [100, 64, 0, 1], [100, 127, 255, 255],
            [127, 0, 0, 1], [127, 255, 255, 255], [169, 254, 169, 254], [172, 16, 0, 1],
            [172, 31, 255, 255], [192, 0, 0, 8], [192, 0, 2, 1], [192, 168, 1, 1], [198, 18, 0, 1],
            [198, 19, 255, 255], [198, 51, 100, 7], [203, 0, 113, 7], [224, 0, 0, 1],
            [239, 255, 255, 255], [240, 0, 0, 1], [255, 255, 255, 255],
        ] as [[UInt8]])
    func `IPv4 that leads to us, to neighbours, to many or to nobody is not public`(
        bytes: [UInt8]
    ) {
        #expect(!PeerAddress(bytes).isPublic, "\(PeerAddress(bytes))")
        // Nor in disguise: mapped, compatible, translated, 6to4.
        let zeros = [UInt8](repeating: 0, count: 10)
        for disguised in [
            zeros + [0xFF, 0xFF] + bytes, zeros + [0, 0] + bytes,
            [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] + bytes,
            [0x20, 0x02] + bytes + zeros,
        ] {
            #expect(!PeerAddress(disguised).isPublic, "\(PeerAddress(disguised))")
        }
    }

    @Test(
        arguments: [
            [1, 1, 1, 1], [9, 255, 255, 255], [11, 0, 0, 0], [100, 63, 255, 255], [100, 128, 0, 0],
            [126, 255, 255, 255], [128, 0, 0, 1], [169, 253, 1, 1], [172, 15, 1, 1],
            [172, 32, 0, 1],
            [192, 167, 1, 1], [192, 169, 1, 1], [198, 17, 1, 1], [198, 20, 1, 1],
            [223, 255, 255, 1],
        ] as [[UInt8]])
    func `IPv4 beside those is public, also where IPv6 translates it`(bytes: [UInt8]) {
        #expect(PeerAddress(bytes).isPublic, "\(PeerAddress(bytes))")
        let translated = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] + bytes
        #expect(PeerAddress(translated).isPublic)
        // Mapped into IPv6 it is nothing that a name should lead to.
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + bytes
        #expect(!PeerAddress(mapped).isPublic)
    }

    @Test(
        arguments: [
            ([0x26, 0x06, 0x47, 0x00], true), ([0x2A, 0x00], true), ([0x3F, 0xFE], true),
            ([], false), ([0xFC], false), ([0xFD, 0x12], false), ([0xFE, 0x80], false),
            ([0xFE, 0xC0], false), ([0xFF, 0x02], false), ([0x20, 0x01, 0x0D, 0xB8], false),
            ([0x20, 0x01, 0, 0], false), ([0x20, 0x02], false), ([0x01], false),
            ([0x20, 0x01, 0x48, 0x60], true),
        ] as [([UInt8], Bool)])
    func `of IPv6 only what is global is public`(start: [UInt8], isPublic: Bool) {
        let bytes = start + [UInt8](repeating: 0, count: 15 - start.count) + [1]
        #expect(PeerAddress(bytes).isPublic == isPublic, "\(PeerAddress(bytes))")
    }

    @Test func `read as people write them`() {
        #expect(PeerAddress([127, 0, 0, 1]).description == "127.0.0.1")
        let loopback = PeerAddress([UInt8](repeating: 0, count: 15) + [1])
        #expect(loopback.description == "0:0:0:0:0:0:0:1")
    }
}
