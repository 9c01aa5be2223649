import Testing

@testable import Bench

@Suite struct `What the kernel tells` {
    @Test func `a path lies on the file system that is mounted nearest above it`() {
        let mounts = """
            /dev/vda / ext4 rw 0 0
            tmpfs /tmp tmpfs rw 0 0
            /dev/vdb /tmp/data xfs rw 0 0
            """
        #expect(Machine.fileSystem(of: "/home/me", mounts: mounts) == "ext4")
        #expect(Machine.fileSystem(of: "/tmp", mounts: mounts) == "tmpfs")
        #expect(Machine.fileSystem(of: "/tmpfoo", mounts: mounts) == "ext4")
        #expect(Machine.fileSystem(of: "/tmp/data/x", mounts: mounts) == "xfs")
        #expect(Machine.fileSystem(of: "/x", mounts: "") == "unknown")
    }

    @Test func `idle cores, and those that wait for a disk, are not busy`() {
        let text = "cpu  1 20 300 7777 8888 4000 50000 600000 9 9\ncpu0 5 5 5 5 5 5 5 5 5 5\n"
        #expect(Disturbance.busyTicks(text) == 654_321)
        #expect(Disturbance.busyTicks("intr 1 2 3") == 0)
    }

    @Test func `values are found by their whole name`() {
        let status = "VmRSS:\t  10 kB\nRssAnon:\t  2048 kB\nName:\tweir\n"
        #expect(ProcessFiles.value("RssAnon", in: status) == "2048 kB")
        #expect(ProcessFiles.value("Rss", in: status) == nil)
        #expect(ProcessFiles.residentMebibytes(of: 0) == nil)
    }

    @Test func `the threads of a process have times and names`() {
        let times = ProcessFiles.threadTimes(of: 1)
        #expect(times.first?.thread == "loop", "the first thread is the one with the loop")
    }

    @Test func `rows and stocks have names of one width`() {
        #expect(Stock.tenant(7) == "t000007")
        #expect(Stock.upgradeTenant(99_999).utf8.count == Stock.tenant(0).utf8.count)
    }
}
