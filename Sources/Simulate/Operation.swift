/// Everything that clients, operators, disks and clocks may do. Each seed goes without a third of
/// it, so that what one thing hides another shows.
enum Operation: Int, CaseIterable {
    case submit, submitBatch, submitLater, submitShortLived, submitKeyed
    case pull, parkPull, heartbeat, complete, fail, failForGood, release
    case repeatEnd, useOldToken, cancel
    case createTenant, changePlan, pause, resume, deleteTenant
    case createKey, revokeKey, useTenantKey, pullWithKey, submitWithKey
    case submitCostly, failToStart, putOverride, removeOverride, addGrant, revokeGrant
    case setEnforcement, useUnits, consumeUnits, setGauge, changeTerms
    case reloadPlans, movePlan, askWhy, checkLimit
    case createEndpoint, changeEndpoint, listDeliveries, replayDeliveries
    case providerActs, deliverEvent, replayEvent, answerInquiry, signEvent
    case pullForRunner, readLog
    case readJob, waitForJob, list, readUsage
    case closeBeforeAnswer, loseAnswer
    case passSeconds, passDays, stall, jumpAhead, jumpBack
    case failAtWrite, failBeforeCommit, failAfterCommit, kill, stopInOrder
    case cutPower, stopDisk, fillDisk, failSync, failRead, failWrite

    /// How often it is chosen, beside the others.
    var weight: Int {
        switch self {
        case .submit, .pull, .parkPull, .complete: 12
        case .submitBatch, .submitLater, .submitKeyed, .fail, .loseAnswer: 6
        case .createEndpoint, .replayDeliveries: 3
        case .changeEndpoint, .listDeliveries: 2
        case .submitCostly, .addGrant, .changeTerms, .failToStart: 4
        case .providerActs, .deliverEvent: 8
        case .replayEvent: 1
        case .signEvent: 2
        case .answerInquiry: 3
        case .putOverride, .useUnits, .consumeUnits, .askWhy: 3
        case .removeOverride, .revokeGrant, .setGauge, .checkLimit: 2
        case .setEnforcement, .reloadPlans, .movePlan: 1
        case .submitShortLived, .cancel, .changePlan, .passSeconds: 4
        case .heartbeat: 6
        case .pullForRunner: 5
        case .readLog: 2
        case .failForGood, .release, .repeatEnd, .useOldToken, .createTenant, .resume: 3
        case .pause, .createKey, .useTenantKey, .readJob, .waitForJob: 2
        case .pullWithKey, .submitWithKey: 2
        case .revokeKey, .list, .readUsage, .closeBeforeAnswer, .stall: 2
        case .cutPower, .stopDisk, .fillDisk, .failSync, .failRead, .failWrite: 1
        case .deleteTenant, .failAtWrite, .failBeforeCommit, .failAfterCommit, .passDays,
            .jumpAhead, .jumpBack, .kill, .stopInOrder:
            1
        }
    }

    /// True for what no seed goes without: nothing else would happen.
    var isEssential: Bool {
        switch self {
        case .submit, .pull, .complete, .createTenant: true
        default: false
        }
    }

    /// True for what befalls the server's process or its disk.
    var isWeather: Bool {
        switch self {
        case .failAtWrite, .failBeforeCommit, .failAfterCommit, .kill, .stopInOrder, .cutPower,
            .stopDisk, .fillDisk, .failSync, .failRead, .failWrite:
            true
        default: false
        }
    }

    /// True for what clients send.
    var isCommand: Bool { rawValue <= Operation.readUsage.rawValue }
}
