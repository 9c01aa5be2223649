/// The environment that a program gets: what says which job it does, and what `job.json` names.
package enum JobEnvironment {
    /// What Weir itself sets; `TMPDIR` and `HOME` are the temporary folder.
    package static let names = [
        "WEIR_JOB_ID", "WEIR_KIND", "WEIR_TENANT", "WEIR_PLAN", "WEIR_QUEUE", "WEIR_ATTEMPT",
        "WEIR_MAX_ATTEMPTS", "WEIR_DEADLINE", "TMPDIR", "HOME",
    ]
    private static let pathStandard = "/usr/local/bin:/usr/bin:/bin"

    /// The variables as `NAME=VALUE`. `inherited` is the runner's own environment.
    package static func variables(
        of job: LeasedWork, kind: ProgramKind, deadline: String,
        inherited: (String) -> String?
    ) -> [String] {
        var variables = [
            "WEIR_JOB_ID=\(job.id)", "WEIR_KIND=\(job.kind)", "WEIR_TENANT=\(job.tenant)",
            "WEIR_QUEUE=\(job.queue)", "WEIR_ATTEMPT=\(job.attempt)",
            "WEIR_MAX_ATTEMPTS=\(job.attemptsMax)", "WEIR_DEADLINE=\(deadline)",
        ]
        if let plan = job.plan { variables.append("WEIR_PLAN=\(plan)") }
        let named = kind.settings.environment
        for name in named {
            if let value = inherited(name) { variables.append("\(name)=\(value)") }
        }
        if !named.contains("PATH") {
            variables.append("PATH=\(inherited("PATH") ?? pathStandard)")
        }
        if !named.contains("LANG") { variables.append("LANG=C.UTF-8") }
        return variables
    }
}
