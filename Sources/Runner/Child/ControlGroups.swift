internal import CGuard

/// Where the programs of a runner get their control groups, and what these hold them to.
package struct ControlGroups: Hashable, Sendable {
    /// A folder of cgroup v2 in which groups can be made; empty if there is none.
    package let path: String
    /// How memory and processes are held, for a log.
    package let limits: String

    /// Looks for the place, and makes the folder. Called once, before there are programs.
    package static func find() -> ControlGroups {
        var error: Int32 = 0
        let path = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { room in
            guard let start = room.baseAddress else { return "" }
            error = unsafe weir_guard_find_groups(start, room.count)
            return unsafe String(cString: start)
        }
        let limits =
            if path.isEmpty {
                error == 0
                    ? "sampled: no cgroup v2 that can be written"
                    : "sampled: control groups cannot be entered: \(ChildGuard.errorText(error))"
            } else {
                limits(in: path)
            }
        return ControlGroups(path: path, limits: limits)
    }

    /// How memory and processes are held by groups in this folder, for a log.
    package static func limits(in path: String) -> String {
        let held = unsafe weir_guard_groups_limit(path)
        let holdsMemory = held & Int32(WEIR_GROUPS_MEMORY) != 0
        let holdsProcesses = held & Int32(WEIR_GROUPS_PROCESSES) != 0
        return switch (holdsMemory, holdsProcesses) {
        case (true, true): "held by control groups"
        case (true, false):
            "memory held by control groups, processes sampled: the group has no pids to give"
        case (false, true):
            "processes held by control groups, memory sampled: the group has no memory to give"
        case (false, false): "sampled: the control group has neither memory nor pids to give"
        }
    }

    /// Removes the folder at the end.
    package func leave() {
        if !path.isEmpty { unsafe weir_guard_leave_groups(path) }
    }
}
