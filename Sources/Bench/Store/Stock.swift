/// What a data folder holds before a run.
struct Stock: Hashable {
    var tenants: Int
    /// Jobs that wait in queue `default`, spread evenly.
    var jobs: Int
    /// True: neither jobs nor lines lie in the order of turns.
    var isShuffled = false
    /// Tenants on plan free, out of quota, with held jobs in queue `upgrade`.
    var upgradeTenants = 0
    /// Jobs wait only for one tenant in a hundred.
    var isRare = false
    /// The other ninety-nine are on plan free, out of quota, with nine held jobs each.
    var othersAreOut = false

    /// The kind and queue of the jobs that rows take.
    static let kind = "work"
    static let upgradeQueue = "upgrade"
    static let heldPerUpgradeTenant = 100
    static let payload = #"{"to":"someone@example.com","template":"welcome","n":12345}"#

    /// The id of a tenant; all are as long.
    static func tenant(_ number: Int) -> String { id("t", number) }

    static func upgradeTenant(_ number: Int) -> String { id("u", number) }

    private static func id(_ prefix: String, _ number: Int) -> String {
        let digits = String(number)
        return prefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
