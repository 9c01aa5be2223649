import LocalWork
import Programs
import Testing

@testable import Server

@Suite struct `The demo's sample jobs` {
    private let catalog = KindCatalog(
        kinds: Trickle.kinds.map { ProgramKind(name: $0, program: "/p", settings: JobSettings()) })

    @Test func `begin once their kinds are there, and never again after their end`() throws {
        try Desk.use { desk in
            let trickle = Trickle(loop: desk.loop, service: desk.service) { desk.pump() }
            trickle.start(KindCatalog())
            #expect(desk.commands.isEmpty)
            trickle.start(catalog)
            #expect(desk.commands.count == 1)
            trickle.end()
            // A kind that comes while the server drains tells of all kinds anew.
            trickle.start(catalog)
            #expect(desk.commands.count == 1)
            trickle.close()
        }
    }
}
