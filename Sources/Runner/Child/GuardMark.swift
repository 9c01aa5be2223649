internal import CGuard
internal import Core
internal import Threads

/// What a guard tells of itself at its beginning, in a line such as `guard 4711 job_1-a8Xk2p`: by
/// this its server ends what is left of the job if the guard itself does not come to its end.
struct GuardMark: Hashable, Sendable {
    let process: Int32
    /// The job's temporary folder, within that of the runner.
    let folder: String

    /// The mark in what a guard has said; nil if it has not said it whole.
    init?(report: [UInt8]) {
        guard let end = report.firstIndex(of: 10) else { return nil }
        let words = String(decoding: report[..<end], as: UTF8.self).split(separator: " ")
        guard words.count == 3, words[0] == "guard", let process = Int32(words[1]), process > 1,
            !words[2].contains("/")
        else { return nil }
        self.process = process
        folder = String(words[2])
    }

    /// A program that kills its guard again and again costs no more threads than these.
    private static let sweeps = SideWork(
        name: "sweep", threadsMax: Limits.sweepsMax, waitingMax: Limits.sweepsWaitingMax)

    /// Removes what a guard leaves that was killed: the job's group and its folder. That takes as
    /// long as the folder is large, so that others do it; where too much waits already, it is left
    /// until the runner ends.
    func sweep(_ order: GuardOrder) {
        let path = order.folder + "/" + folder
        let (groups, name, process) = (order.groups, order.plainName, process)
        GuardMark.sweeps.add {
            unsafe weir_guard_sweep(path, groups, name, process, Limits.sweepMillisecondsMax)
        }
    }
}
