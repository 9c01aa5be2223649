/// What a proof reads of what callers were told.
enum FoundSQL {
    static let version = "PRAGMA user_version"
    static let tenants = "SELECT id FROM tenants"
    static let payloads = "SELECT id, payload FROM jobs"
    static let ends = "SELECT id, state FROM history"
    static let attempts = "SELECT id, ended_at IS NULL FROM attempts"
    static let snapshot = "BEGIN; SELECT count(*) FROM tenants"
}
