import Testing

@testable import HTTPClient

@Suite struct `Where a name leads` {
    private let inside = PeerAddress([10, 0, 0, 1])
    private let outside = PeerAddress([93, 184, 216, 34])

    @Test func `is said where nothing that it leads to may be called`() {
        var admission = Admission { $0.isPublic }
        #expect(admission.refusal == nil)
        let isAdmitted = admission.mayCall(inside)
        #expect(!isAdmitted)
        #expect(admission.refusal == inside)
    }

    @Test(arguments: [true, false])
    func `says nothing of a call that was made and failed`(isRefusedFirst: Bool) {
        var admission = Admission { $0.isPublic }
        for address in isRefusedFirst ? [inside, outside] : [outside, inside] {
            let isAdmitted = admission.mayCall(address)
            #expect(isAdmitted == address.isPublic)
        }
        #expect(admission.refusal == nil)
    }
}
