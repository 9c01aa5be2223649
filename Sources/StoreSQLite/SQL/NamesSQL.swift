/// Tenants, keys, queues, lanes, lines and the figures of `meta`.
enum NamesSQL {
    static let insertTenant = """
        INSERT INTO tenants
            (number, id, shard, name, email, base_plan, manual, is_deleted, created_at,
             base_version, on_quota, pay_as_you_go, spend_caps, period_mode, anchor_day,
             window_day, next_window_from, next_window_day, limit_version, bucket,
             \(entitledColumns), limit_changes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
            ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31)
        """
    static let updateTenant = """
        UPDATE tenants
        SET name = ?4, email = ?5, base_plan = ?6, manual = ?7, is_deleted = ?8,
            base_version = ?10, on_quota = ?11, pay_as_you_go = ?12, spend_caps = ?13,
            period_mode = ?14, anchor_day = ?15, window_day = ?16, next_window_from = ?17,
            next_window_day = ?18, limit_version = ?19, bucket = ?20, entitled_status = ?21,
            entitled_plan = ?22, entitled_version = ?23, entitled_by = ?24, entitled_price = ?25,
            grace_until = ?26, cancels_at = ?27, trial_end = ?28, floor_until = ?29,
            entitlement_turns = ?30, limit_changes = ?31
        WHERE number = ?1
        """
    static let entitledColumns = """
        entitled_status, entitled_plan, entitled_version, entitled_by, entitled_price, grace_until,
        cancels_at, trial_end, floor_until, entitlement_turns
        """
    static let tenantColumns = """
        number, id, name, email, base_plan, manual, is_deleted, created_at, base_version, on_quota,
        pay_as_you_go, spend_caps, period_mode, anchor_day, window_day, next_window_from,
        next_window_day, limit_version, bucket, \(entitledColumns), limit_changes
        """
    static let allTenants = "SELECT \(tenantColumns) FROM tenants ORDER BY number"
    static let tenantName = "SELECT id FROM tenants WHERE number = ?1"
    static let tenantByID = "SELECT \(tenantColumns) FROM tenants WHERE id = ?1"
    static let liveTenantsAfter = """
        SELECT \(tenantColumns)
        FROM tenants
        WHERE id > ?1 AND is_deleted = 0
        ORDER BY id
        LIMIT ?2
        """

    static let insertKey = """
        INSERT INTO keys (id, hash, scope, tenant, queues, tenants, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """
    static let keyColumns = "id, hash, scope, tenant, queues, tenants, created_at"
    static let keyByID = "SELECT \(keyColumns) FROM keys WHERE id = ?1"
    static let keysOfTenant = "SELECT \(keyColumns) FROM keys WHERE tenant = ?1 ORDER BY id"
    static let keysOfNoTenant = "SELECT \(keyColumns) FROM keys WHERE tenant IS NULL ORDER BY id"
    static let allKeys = "SELECT \(keyColumns) FROM keys ORDER BY id"
    static let deleteKey = "DELETE FROM keys WHERE id = ?1"

    static let insertQueue = "INSERT INTO queues (number, name) VALUES (?1, ?2)"
    static let allQueues = "SELECT number, name FROM queues ORDER BY number"
    static let insertLane = "INSERT INTO lanes (number, tenant, queue) VALUES (?1, ?2, ?3)"
    static let allLanes = "SELECT number, tenant, queue FROM lanes ORDER BY number"
    static let insertLine = "INSERT INTO lines (number, lane, kind) VALUES (?1, ?2, ?3)"
    static let allLines = "SELECT number, lane, kind FROM lines ORDER BY number"
    static let lineNames = """
        SELECT tenants.number, tenants.id, queues.name, lines.kind
        FROM lines
        JOIN lanes ON lanes.number = lines.lane
        JOIN tenants ON tenants.number = lanes.tenant
        JOIN queues ON queues.number = lanes.queue
        WHERE lines.number = ?1
        """

    static let putMeta = """
        INSERT INTO meta (key, value)
        VALUES (?1, ?2)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """
    static let meta = "SELECT value FROM meta WHERE key = ?1"
}
