/// Tenants, keys, queues, lanes, lines and the figures of `meta`.
enum NamesSQL {
    static let insertTenant = """
        INSERT INTO tenants
            (number, id, shard, name, email, base_plan, manual, is_deleted, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """
    static let updateTenant = """
        UPDATE tenants
        SET name = ?2, email = ?3, base_plan = ?4, manual = ?5, is_deleted = ?6
        WHERE number = ?1
        """
    static let tenantColumns = "number, id, name, email, base_plan, manual, is_deleted, created_at"
    static let allTenants = "SELECT \(tenantColumns) FROM tenants ORDER BY number"
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
