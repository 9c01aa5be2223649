import Core
import Store

extension VerificationCheck {
    /// Reads every row as the server would, which takes no value that it does not write.
    mutating func checkValues() throws(StoreError) {
        var known: [String: PlanTerms] = [:]
        try readAll("plan ", TermsSQL.allPlans) { row throws(StoreError) in
            try Decoding.plan(row, known: &known, environment: { _ in nil })
        }
        try readAll("override of tenant number ", TermsSQL.allOverrides, Decoding.override)
        try readAll("grt#", TermsSQL.allGrants, named: 1, Decoding.grant)
        try readAll("tenant ", NamesSQL.allTenants, Decoding.tenant)
        try readAll("key#", NamesSQL.allKeys, Decoding.key)
        try readEach("job#", "jobs", JobsSQL.jobByID, Decoding.job)
        try readAll("scheduled at ", JobsSQL.allScheduled, Decoding.scheduled)
        try readEach("returned job#", "returned", JobsSQL.returnedByID, Decoding.returned)
        try readEach("ended job#", "history", JobsSQL.historyByID, Decoding.history)
        try readEach("att#", "attempts", AttemptsSQL.attemptByID, Decoding.attempt)
        try readAll("progress of job#", LogSQL.allProgress, Decoding.progress)
        try readAll("fold of tenant ", FoldingSQL.allFolds, Decoding.fold)
        try readAll("subscription ", BillingSQL.allSubscriptions, Decoding.subscription)
        try readEach("led#", "ledger", CountingSQL.ledgerByID, Decoding.ledger)
        try readAll("whe#", OutboundSQL.allEndpoints, Decoding.endpoint)
        try readEach("dlv#", "deliveries", OutboundSQL.deliveryByID, Decoding.delivery)
        try readEach("evt#", "outbox", OutboundSQL.outboxByID, Decoding.outbox)
    }

    private mutating func readAll<Value>(
        _ what: StaticString, _ sql: String, named column: Int32 = 0,
        _ read: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) {
        try database.prepare(sql).each { row in
            do throws(StoreError) {
                _ = try read(row)
            } catch {
                let name = row.text(column)
                note(.rowsReadable, IDMarks.written("\(what)\(name): \(error.message)"))
            }
            return true
        }
    }

    private mutating func readEach<Value>(
        _ what: StaticString, _ table: StaticString, _ sql: String,
        _ read: (Statement) throws(StoreError) -> Value
    ) throws(StoreError) {
        let byID = try database.prepare(sql)
        try database.prepare("SELECT id FROM \(table)").each { row in
            byID.bind(1, row.int(0))
            do throws(StoreError) {
                _ = try byID.first(read)
            } catch {
                note(.rowsReadable, IDMarks.written("\(what)\(row.int(0)): \(error.message)"))
            }
            return true
        }
    }
}
