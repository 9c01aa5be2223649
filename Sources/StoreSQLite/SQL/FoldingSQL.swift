/// The ledger of periods that were closed long ago, and what is put in its place.
enum FoldingSQL {
    static let ledgerAfter = """
        SELECT id, tenant, metric, period, entry, source, amount, job, at, used_after, in_force,
            grant_id, event
        FROM ledger
        WHERE id > ?1
        ORDER BY id
        LIMIT ?2
        """
    static let deleteLedger = "DELETE FROM ledger WHERE id = ?1"
    static let deleteLedgerKey = "DELETE FROM ledger_by_tenant WHERE tenant = ?1 AND id = ?2"

    private static let columns = """
        tenant, metric, period, source, count, sum, excess, used_after, last, at, hash,
        seal
        """
    static let fold = """
        SELECT \(columns)
        FROM folds
        WHERE tenant = ?1 AND metric = ?2 AND period = ?3 AND source = ?4
        """
    static let allFolds = "SELECT \(columns) FROM folds"
    /// A metric's name comes after the columns.
    static let foldsOfTenant = """
        SELECT \(columns), name
        FROM folds
        JOIN metrics ON metrics.number = folds.metric
        WHERE tenant = ?1
        """
    static let putFold = """
        INSERT INTO folds (\(columns))
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT (tenant, metric, period, source) DO UPDATE
        SET count = excluded.count, sum = excluded.sum, excess = excluded.excess,
            used_after = excluded.used_after, last = excluded.last, at = excluded.at,
            hash = excluded.hash, seal = excluded.seal
        """

    static let insertFoldedCharge = """
        INSERT INTO folded_charges
            (job, id, tenant, metric, period, source, amount, at, used_after, in_force, grant_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """
    /// As rows of the ledger, which they were.
    static let foldedChargesOfJob = """
        SELECT id, tenant, metric, period, 1, source, amount, job, at, used_after, in_force,
            grant_id, NULL
        FROM folded_charges
        WHERE job = ?1
        ORDER BY id
        """
    static let foldGrant = "UPDATE grants SET folded = folded + ?2 WHERE id = ?1"
}
