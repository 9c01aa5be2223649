/// Which of two lanes is first that are at the same time. Pulls that name neither kinds nor tenants
/// take the older one; every other pool has an order of its own, which its names make: many that
/// have just begun do not all begin with the same tenant. One that comes back after it was
/// forgotten has another order, so that it does not begin with the same tenant each time.
package struct TurnTies {
    private let mask: Int32

    /// The order of those who pull these kinds for these tenants, once so many were forgotten.
    package init(kinds: [String]?, tenants: [String]?, forgotten: UInt32 = 0) {
        var hash: UInt32 = 2_166_136_261
        for names in [kinds, tenants] {
            for name in names ?? [] {
                for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
                // No name has this byte: two of them are never as one.
                hash = (hash ^ 0xFF) &* 16_777_619
            }
            hash = (hash ^ 0xFE) &* 16_777_619
        }
        hash ^= hash >> 16
        let isPlain = kinds == nil && tenants == nil && forgotten == 0
        // An odd factor: every bit of the order changes in its turn.
        mask = isPlain ? 0 : Int32((hash ^ forgotten &* 2_654_435_761) & 0x7FFF_FFFF)
    }

    /// The place of a lane in the order.
    package func place(ofLane lane: Int) -> Int32 { Int32(lane) ^ mask }

    /// The lane that has this place.
    func lane(at place: Int32) -> Int { Int(place ^ mask) }
}
