import Core
import HTTP
import JSON

extension JSONWriter {
    /// Why a gate is closed beside the plan's figures, for programs; null where nothing is.
    mutating func cause(_ cause: HoldCause?) {
        key("cause")
        causeValue(cause)
    }

    fileprivate mutating func causeValue(_ cause: HoldCause?) {
        switch cause {
        case nil: null()
        case .manual: causeObject("operator")
        case .subscription(let subscription):
            causeObject("subscription", subscription: subscription)
        case .withheld(.overage, let status, let subscription):
            causeObject("overage_withheld", status: status, subscription: subscription)
        case .withheld(.plan, let status, let subscription):
            causeObject("plan_withheld", status: status, subscription: subscription)
        }
    }

    private mutating func causeObject(
        _ code: String, status: TenantStatus? = nil, subscription: String? = nil
    ) {
        beginObject()
        field("code", code)
        field("status", status?.name)
        field("subscription", subscription)
        endObject()
    }
}

extension ProblemValue {
    /// The same as a member of a problem.
    static func cause(_ cause: HoldCause?) -> ProblemValue {
        var writer = JSONWriter(capacity: 96)
        writer.causeValue(cause)
        return .raw(writer.bytes)
    }
}
