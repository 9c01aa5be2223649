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
            } else if unsafe weir_guard_groups_limit(path) != 0 {
                "held by control groups"
            } else {
                "sampled: the control group has not both memory and pids to give"
            }
        return ControlGroups(path: path, limits: limits)
    }

    /// Removes the folder at the end.
    package func leave() {
        if !path.isEmpty { unsafe weir_guard_leave_groups(path) }
    }
}
