import Core
import EventLoop
import Plans

/// Where a server's plans come from: the operator's file, or a text that is built in.
struct PlanSource {
    let path: String?
    /// A demo's plans have prices, so that events can be tried on it.
    let isDemo: Bool

    /// Why the plans cannot be offered, in one line.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// More would fill the log; `weir plans check` tells all.
    private static let faultsToldMax = 3

    /// The plans as they are now, with the prices' ids as the environment has them. Blocks for as
    /// long as the disk takes, also on the loop: the file is at most a megabyte, and is read when
    /// the server starts and when somebody asks for it by a signal.
    func read() throws(Fault) -> [PlanDraft] {
        do throws(PlanFileError) {
            return try PlanFile.read(try bytes()) { name in
                let value = ProcessEnvironment.value(name)
                return isDemo && path == nil && value == nil ? PlanFile.demoPrices[name] : value
            }
        } catch {
            throw Fault(description: "\(name) is refused: \(PlanSource.told(error))")
        }
    }

    private var name: String { path.map { "the plan file \($0)" } ?? "the built-in plan file" }

    private func bytes() throws(PlanFileError) -> [UInt8] {
        guard let path else { return Array((isDemo ? PlanFile.demo : PlanFile.standard).utf8) }
        do throws(PlainFile.Fault) {
            return try PlainFile.read(path, bytesMax: Limits.planFileBytesMax)
        } catch {
            throw PlanFileError([PlanFault(message: "cannot be read: \(error)")])
        }
    }

    private static func told(_ error: PlanFileError) -> String {
        let told = error.faults.prefix(faultsToldMax)
        let others = error.faults.count - told.count + error.moreCount
        return told.map(\.description).joined(separator: "; ")
            + (others == 0 ? "" : " (and \(others) more)")
    }
}
