package import Core

/// Where a job is that waits.
enum WaitingPlace {
    case ready(ReadyRow)
    case scheduled(ScheduledRow)

    var isReady: Bool {
        switch self {
        case .ready: true
        case .scheduled: false
        }
    }

    var track: Track {
        switch self {
        case .ready(let row): row.track
        case .scheduled(let row): row.track
        }
    }
}

extension Engine {
    func cancelJob(_ id: JobID, tenant: String?, _ envelope: Envelope) throws(StoreError) {
        guard let row = try job(id) else { return try refuse(envelope, .jobUnknown(id)) }
        let line = Int(row.line - 1)
        let owner = book.tenant(ofLine: line)
        guard tenant == nil || book.tenants[owner].id == tenant else {
            return try refuse(envelope, .jobUnknown(id))
        }
        let view: JobView
        if let lease = leases[job: id] {
            try requestCancel(lease)
            view = self.view(body: row.body, lease: leases[job: id] ?? lease)
        } else if let history = try rows.history(id) {
            guard history.end == .canceled else {
                return try refuse(envelope, .jobFinished(id, history.end.state))
            }
            view = try self.view(row: row, history: history)
        } else {
            try cancelWaiting(row)
            guard let history = try rows.history(id) else {
                throw StoreError(.corrupt, "job \(id) was canceled but has no history")
            }
            view = try self.view(row: row, history: history)
        }
        try answer(envelope, .job(view), tenant: tenant == nil ? nil : owner)
    }

    /// Cancels a job that is ready or scheduled.
    func cancelWaiting(_ row: JobRow) throws(StoreError) {
        let returned = try rows.returned(row.body.id)
        let track: Track
        switch try waitingPlace(row, returned: returned) {
        case .ready(let place):
            track = place.track
            try leaveLine(place)
        case .scheduled(let place):
            track = place.track
            try rows.deleteScheduled(at: place.runAt, id: place.id)
            if place.runAt == earliestScheduled {
                earliestScheduled = try rows.earliestScheduled()
            }
        case nil:
            throw StoreError(
                .corrupt, "job \(row.body.id) is nowhere: not ready, scheduled or ended")
        }
        if track == .charged, let returned {
            try rows.deleteReturned(returned.id)
            try rows.insertHistory(
                HistoryRow(
                    id: returned.id, end: .canceled, run: returned.run,
                    startedAt: returned.startedAt, finishedAt: now.wall,
                    chargedPeriod: returned.chargedPeriod, lastAttempt: returned.lastAttempt,
                    cancelRequestedAt: now.wall, result: nil, error: returned.error))
            try refund(
                returned.run, lastAttempt: returned.lastAttempt,
                tenant: book.tenant(ofLine: Int(row.line - 1)))
            outcome.endedJobs.append(returned.id)
        } else {
            try endUncharged(body: row.body, line: Int(row.line - 1), end: .canceled)
        }
    }

    /// A job that never started is over; it costs nothing. It has left its line already.
    func endUncharged(body: JobBody, line: Int, end: JobEnd) throws(StoreError) {
        #if Mutants
            let lowered = Mutant.waitingNotLowered.isIn && end == .canceled ? 0 : body.cost
        #else
            let lowered = body.cost
        #endif
        book.modifyTenant(book.tenant(ofLine: line)) { $0.waiting -= lowered }
        if let expiresAt = body.expiresAt {
            try rows.deleteExpiry(at: expiresAt, id: body.id)
            if expiresAt == earliestExpiry { earliestExpiry = try rows.earliestExpiry() }
        }
        try rows.insertHistory(
            HistoryRow(
                id: body.id, end: end, run: JobRun(), startedAt: nil, finishedAt: now.wall,
                chargedPeriod: nil, lastAttempt: nil,
                cancelRequestedAt: end == .canceled ? now.wall : nil, result: nil, error: nil))
        outcome.endedJobs.append(body.id)
    }

    /// Finds a waiting job's row without a search: its body, or what it carries, says where it is.
    func waitingPlace(
        _ row: JobRow, returned: ReturnedRow?
    ) throws(StoreError) -> WaitingPlace? {
        let id = row.body.id
        let rank = returned?.rank ?? row.body.rank
        if let track = try rows.track(line: row.line, rank: rank, id: id) {
            return .ready(
                ReadyRow(line: row.line, track: track, rank: rank, id: id, cost: row.body.cost))
        }
        let time = returned?.readyAt ?? row.body.readyAt
        return try rows.scheduled(at: time, id: id).map(WaitingPlace.scheduled)
    }

    func view(row: JobRow, history: HistoryRow) throws(StoreError) -> JobView {
        var view = view(body: row.body, line: Int(row.line - 1), state: history.end.state)
        view.finish(by: history)
        view.takeLast(try rows.progress(of: row.body.id), of: history.lastAttempt)
        return view
    }
}

extension JobView {
    /// Shows what the last attempt of a job that has ended said, if it is the one that said so.
    package mutating func takeLast(_ row: ProgressRow?, of attempt: AttemptID?) {
        guard let row, row.attempt == attempt else { return }
        progress = row.progress
    }

    /// Fills in what earlier attempts left.
    package mutating func carry(_ returned: ReturnedRow) {
        runAt = returned.readyAt
        attempt = returned.run.attempts
        crashCount = returned.run.crashes
        startedAt = returned.startedAt
        error = returned.error
        chargedPeriod = returned.chargedPeriod
    }

    /// Fills in how the job ended.
    package mutating func finish(by history: HistoryRow) {
        state = history.end.state
        attempt = history.run.attempts
        crashCount = history.run.crashes
        startedAt = history.startedAt
        finishedAt = history.finishedAt
        chargedPeriod = history.chargedPeriod
        cancelRequestedAt = history.cancelRequestedAt
        result = history.result
        error = history.error
    }
}
