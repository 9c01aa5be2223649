import CrashDisk
import Plans
import PowerCuts
import Store
import Testing

@Suite struct `A list that cannot be read` {
    @Test(arguments: 0..<12)
    func `says that the disk failed, wherever it did`(readsBefore: Int64) throws {
        let bench = CrashBench(CrashSetting(), plans: CrashWorkload.plans, seed: 1)
        try bench.start()
        _ = try bench.apply([bench.envelope(.createTenant(CreateTenant(id: "ada")))])
        let jobs = Array(repeating: JobSpec(kind: "a"), count: 3)
        _ = try bench.apply([bench.envelope(.enqueue(Enqueue(tenant: "ada", jobs: jobs)))])
        bench.disk.strike(.failedRead, after: readsBefore)
        do {
            try bench.readList()
        } catch {
            #expect(error.kind == .inputOutput, "\(error)")
        }
        bench.disk.strike(.failedRead, after: 0, times: 0)
        try bench.readList()
    }
}
