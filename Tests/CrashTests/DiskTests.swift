import CrashDisk
import Testing

@Suite struct `A disk that loses power` {
    @Test func `a first test`() throws {
        let disk = CrashDisk(seed: 1)
        #expect(try disk.read("a") == nil)
    }
}
