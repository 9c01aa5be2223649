import API
import Core
import Crypto
import Store

/// The demo: three tenants and a worker, made anew at each start, and a screen that says what to
/// do with them.
struct Demo {
    /// A key of the demo, by the name of its shell variable.
    struct Key {
        let variable: String
        let text: String
        let grant: KeyGrant
    }

    let keys: [Key]
    /// What events of subscriptions are signed with, if the operator names no secret.
    let webhookSecret: String
    private let hasRunner: Bool
    private static let tenants = [
        ("free-co", "free"), ("pro-co", "pro"), ("enterprise-co", "enterprise"),
    ]

    /// A demo whose server runs programs itself, or has none to run.
    init(hasRunner: Bool) {
        self.hasRunner = hasRunner
        webhookSecret = "whsec_" + Hex.text(SecureRandom.bytes(32))
        keys = [
            Demo.key("FREE_KEY", KeyGrant(scope: .tenant, tenant: "free-co")),
            Demo.key("PRO_KEY", KeyGrant(scope: .tenant, tenant: "pro-co")),
            Demo.key("ENTERPRISE_KEY", KeyGrant(scope: .tenant, tenant: "enterprise-co")),
            Demo.key("WORKER_KEY", KeyGrant(scope: .worker)),
        ]
    }

    /// What makes the demo's tenants and keys.
    var commands: [Command] {
        Demo.tenants.map { id, plan in
            Command.createTenant(
                CreateTenant(id: id, plan: plan, bucket: RolloutBucket.of(tenant: id)))
        }
            + keys.map {
                Command.createKey(
                    CreateKey(grant: $0.grant, hash: SHA256.hash(Array($0.text.utf8))))
            }
    }

    /// The keys as a file that a shell can read.
    func environmentFile(url: String, adminKey: String) -> String {
        var lines = ["export WEIR_URL=\(url)", "export ADMIN_KEY=\(adminKey)"]
        lines.append("export STRIPE_WEBHOOK_SECRET=\(webhookSecret)")
        lines += keys.map { "export \($0.variable)=\($0.text)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The first screen. `program` is what this one was started as.
    func screen(url: String, folder: String, program: String) -> String {
        let free = keys[0].text
        let worker = keys[3].text
        return """

            Weir is running at \(url), as a demo: \(folder) is made anew at each start.

              tenant          plan         jobs a month   key
              free-co         free         10             \(keys[0].text)
              pro-co          pro          100            \(keys[1].text)
              enterprise-co   enterprise   unlimited      \(keys[2].text)
              (a worker)                                  \(worker)

            In another terminal, submit a job as free-co:

              curl -s --json '{"kind":"greet","payload":{"name":"you"}}' \\
                -H 'Authorization: Bearer \(free)' \(url)/v1/jobs

            Pull it as a worker does; the answer holds the job and its lease:

              curl -s --json '{"kinds":["greet"],"wait":5}' \\
                -H 'Authorization: Bearer \(worker)' \(url)/v1/leases/pull

            The first ten of free-co's jobs start; the eleventh is held until the plan changes.
            README.md goes on from here. All keys as shell variables:  . \(folder)/env
            \(hasRunner ? programs(program) : "")

            """
    }

    /// What there is to see of the server's own runner.
    private func programs(_ program: String) -> String {
        """

        Programs in the folder of jobs are run by the server itself. With those variables:

          WEIR_KEY=$PRO_KEY \(program) submit hello '{"name":"you"}' --wait

        enterprise-co submits one every few seconds:

          WEIR_KEY=$ENTERPRISE_KEY \(program) jobs

        """
    }

    private static func key(_ variable: String, _ grant: KeyGrant) -> Key {
        Key(
            variable: variable,
            text: KeyText.make(scope: grant.scope, randomBytes: SecureRandom.bytes), grant: grant)
    }
}
