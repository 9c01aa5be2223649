import Store
import Testing

@testable import StoreSQLite

@Suite struct `The plans of statements that run for requests` {
    /// Each statement with the index or key that it must be answered from.
    private static let statements: [(sql: String, uses: String)] = [
        (JobsSQL.jobByID, "INTEGER PRIMARY KEY"),
        (JobsSQL.listedByID, "INTEGER PRIMARY KEY"),
        (JobsSQL.jobKeysBelow, "INTEGER PRIMARY KEY"),
        (JobsSQL.firstReady, "PRIMARY KEY (line=? AND track=?)"),
        (JobsSQL.deleteReady, "PRIMARY KEY (line=? AND track=? AND rank=? AND id=?)"),
        (JobsSQL.readyTrack, "PRIMARY KEY (line=? AND track=? AND rank=? AND id=?)"),
        (JobsSQL.deleteScheduled, "PRIMARY KEY (run_at=? AND id=?)"),
        (JobsSQL.scheduledAt, "PRIMARY KEY (run_at=? AND id=?)"),
        (JobsSQL.dueScheduled, "PRIMARY KEY (run_at<?)"),
        (JobsSQL.scheduledOfLine, "scheduled_by_line (line=?)"),
        (JobsSQL.dueExpiries, "PRIMARY KEY (at<?)"),
        (JobsSQL.deleteExpiry, "PRIMARY KEY (at=? AND id=?)"),
        (JobsSQL.returnedByID, "INTEGER PRIMARY KEY"),
        (JobsSQL.deleteReturned, "INTEGER PRIMARY KEY"),
        (JobsSQL.historyByID, "INTEGER PRIMARY KEY"),
        (AttemptsSQL.attemptByID, "INTEGER PRIMARY KEY"),
        (AttemptsSQL.openAttemptOfJob, "attempts_open (job=?)"),
        (AttemptsSQL.endAttempt, "INTEGER PRIMARY KEY"),
        (AttemptsSQL.extendAttempt, "INTEGER PRIMARY KEY"),
        (AttemptsSQL.requestCancel, "INTEGER PRIMARY KEY"),
        (LogSQL.progressOfJob, "INTEGER PRIMARY KEY (rowid=?)"),
        (LogSQL.logTail, "PRIMARY KEY (job=?)"),
        (LogSQL.logAfter, "PRIMARY KEY (job=? AND last>?)"),
        (LogSQL.timeoutOfJob, "INTEGER PRIMARY KEY (rowid=?)"),
        (CountingSQL.usage, "PRIMARY KEY (tenant=? AND metric=? AND period=?)"),
        (CountingSQL.replay, "sqlite_autoindex_idempotency_1 (scope=? AND key=?)"),
        (CountingSQL.jobsOfTenantBelow, "PRIMARY KEY (tenant=? AND id<?)"),
        (CountingSQL.ledgerOfTenantBelow, "PRIMARY KEY (tenant=? AND id<?)"),
        (CountingSQL.ledgerByID, "INTEGER PRIMARY KEY"),
        (CountingSQL.ledgerBelow, "INTEGER PRIMARY KEY"),
        (CountingSQL.chargeFrom, "INTEGER PRIMARY KEY (rowid>?)"),
        (CountingSQL.unenforcedAfter, "usage_unenforced"),
        (CountingSQL.ledgerOfTenantAbove, "PRIMARY KEY (tenant=? AND id>?)"),
        (JobsSQL.readyAfter, "PRIMARY KEY (line=? AND track=? AND (rank,id)>(?,?))"),
        (TermsSQL.grantByID, "INTEGER PRIMARY KEY (rowid=?)"),
        (TermsSQL.grantBySource, "sqlite_autoindex_grants_1 (tenant=? AND source=?)"),
        (TermsSQL.updateGrant, "INTEGER PRIMARY KEY (rowid=?)"),
        (TermsSQL.openGrantsOfTenant, "grants_open (tenant=?)"),
        (TermsSQL.deleteOverride, "PRIMARY KEY (tenant=? AND metric=?)"),
        (TermsSQL.dueDeadlines, "PRIMARY KEY (at<?)"),
        (TermsSQL.deleteDeadline, "PRIMARY KEY (at=? AND tenant=? AND event=? AND subject=?)"),
        (TermsSQL.hasUsageEvent, "PRIMARY KEY (tenant=? AND id=?)"),
        (TermsSQL.metricByName, "sqlite_autoindex_metrics_1 (name=?)"),
        (TermsSQL.endOffer, "PRIMARY KEY (id=?)"),
        (NamesSQL.tenantByID, "sqlite_autoindex_tenants_1 (id=?)"),
        (NamesSQL.keyByID, "INTEGER PRIMARY KEY"),
        (NamesSQL.keysOfTenant, "keys_by_tenant (tenant=?)"),
        (NamesSQL.lineNames, "INTEGER PRIMARY KEY"),
        (BillingSQL.adoptEventsOfCustomer[0], "webhook_events_by_customer (customer=?)"),
        (BillingSQL.adoptEventsOfCustomer[1], "webhook_events_by_customer (customer=?)"),
        (BillingSQL.adoptEventsOfCustomer[2], "webhook_events_by_customer (customer=?)"),
        (
            BillingSQL.adoptEventsOfSubscription[1],
            "webhook_events_by_subscription (subscription=?)"
        ),
        (
            BillingSQL.eventsWithoutEffectBefore,
            "webhook_events_by_state (state=? AND number<?)"
        ),
        (BillingSQL.otherCustomer, "customers_by_tenant (tenant=?)"),
        (BillingSQL.putEventRetry, "INTEGER PRIMARY KEY (rowid=?)"),
        (BillingSQL.checkoutsOfInvoice, "checkouts_by_invoice (invoice=?)"),
        (BillingSQL.checkoutsOfIntent, "checkouts_by_intent (payment_intent=?)"),
        (BillingSQL.planChangeAfter, "audit_plan_changes (tenant=? AND at>?)"),
        (BillingSQL.firstAuditOfTenant, "audit_by_tenant (tenant=?)"),
        (OutboundSQL.outboxByID, "INTEGER PRIMARY KEY (rowid=?)"),
        (OutboundSQL.outboxAfter, "INTEGER PRIMARY KEY (rowid>?)"),
        (OutboundSQL.deliveryByID, "INTEGER PRIMARY KEY (rowid=?)"),
        (OutboundSQL.updateDelivery, "INTEGER PRIMARY KEY (rowid=?)"),
        (OutboundSQL.deliveryOfEvent, "sqlite_autoindex_deliveries_1 (event=?)"),
        (OutboundSQL.dueDeliveries, "deliveries_waiting (endpoint=? AND next_at<?)"),
        (OutboundSQL.earliestDelivery, "deliveries_waiting (endpoint=?)"),
        (OutboundSQL.failedDeliveries, "deliveries_failed (endpoint=? AND id>?)"),
        (OutboundSQL.deliveriesOfEndpoint, "deliveries_by_endpoint (endpoint=?)"),
        (OutboundSQL.deliveriesBelow, "deliveries_by_endpoint (endpoint=? AND id<?)"),
        (OutboundSQL.endedDeliveries, "INTEGER PRIMARY KEY (rowid<?)"),
        (OutboundSQL.endpointByID, "INTEGER PRIMARY KEY (rowid=?)"),
        (OutboundSQL.endpointsOfTenant, "endpoints_by_tenant (tenant=?)"),
    ]

    /// Those that read all rows of one tenant, which are few, and put them in order.
    private static let ofTenant: [(sql: String, uses: String)] = [
        (CountingSQL.usagesOfTenant, "PRIMARY KEY (tenant=?)"),
        (TermsSQL.overridesOfTenant, "PRIMARY KEY (tenant=?)"),
        (TermsSQL.grantsOfTenant, "sqlite_autoindex_grants_1 (tenant=?)"),
        (TermsSQL.alertsOfPeriod, "PRIMARY KEY (tenant=?)"),
    ]

    private func plan(_ sql: String) throws -> String {
        let bench = try FileBench()
        let database = try Database(path: bench.files.databasePath, role: .reader)
        return try database.prepare("EXPLAIN QUERY PLAN " + sql).all { $0.text(3) }
            .joined(separator: "; ")
    }

    @Test func `a tenant's own rows are found by its number`() throws {
        for (sql, uses) in Self.ofTenant {
            let plan = try plan(sql)
            #expect(plan.contains(uses), "\(sql)\n\(plan)")
            #expect(!plan.contains("SCAN"), "\(sql)\n\(plan)")
        }
    }

    /// As many rows as workers have jobs in hand.
    @Test func `a tenant's running jobs are counted among the open attempts`() throws {
        let plan = try plan(AttemptsSQL.runningOfTenant)
        #expect(plan.contains("SCAN attempts USING INDEX attempts_open"), "\(plan)")
        #expect(plan.ranges(of: "SCAN").count == 1, "\(plan)")
    }

    /// As many rows as the tenant has jobs that wait.
    @Test func `a tenant's waiting jobs are found by its lines`() throws {
        let plan = try plan(JobsSQL.waitingOfTenant)
        for index in [
            "(tenant=?)", "(lane=?)", "ready USING PRIMARY KEY (line=? AND track=?)",
            "scheduled_by_line (line=?)",
        ] {
            #expect(plan.contains(index), "\(plan)")
        }
        for table in ["lanes", "lines", "ready", "scheduled"] {
            #expect(!plan.contains("SCAN \(table)"), "\(plan)")
        }
    }

    /// A start reads the grants that are open and none of the others.
    @Test func `a start finds open grants in their index`() throws {
        let plan = try plan(TermsSQL.openGrants)
        #expect(plan.contains("SCAN grants USING INDEX grants_open"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }

    @Test func `each uses the index that it is meant to use, and none scans`() throws {
        let bench = try FileBench()
        let database = try Database(path: bench.files.databasePath, role: .reader)
        for (sql, uses) in Self.statements {
            let plan = try database.prepare("EXPLAIN QUERY PLAN " + sql).all { $0.text(3) }
            let text = plan.joined(separator: "; ")
            #expect(text.contains(uses), "\(sql)\n\(text)")
            #expect(!text.contains("SCAN"), "\(sql)\n\(text)")
            #expect(!text.contains("TEMP B-TREE"), "\(sql)\n\(text)")
        }
    }

    @Test func `the writer commits to disk and its log is its own to keep`() throws {
        let bench = try FileBench()
        let database = try Database(path: bench.files.databasePath, role: .writer)
        func pragma(_ name: String) throws -> String? {
            try database.prepare("PRAGMA \(name)").first { $0.text(0) }
        }
        #expect(try pragma("journal_mode") == "wal")
        #expect(try pragma("synchronous") == "2")
        #expect(try pragma("wal_autocheckpoint") == "0")
        #expect(try pragma("foreign_keys") == "1")
        #expect(try pragma("mmap_size") == "0")
    }
}
