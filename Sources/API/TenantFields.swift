import Core
import HTTP
import JSON
import Store

/// Reads the fields of a tenant that is made or changed.
struct TenantFields {
    private(set) var id: String?
    private(set) var name: UpdateTenant.FieldChange = .keep
    private(set) var email: UpdateTenant.FieldChange = .keep
    private(set) var plan: String?
    private(set) var choices = TenantChoices()

    private enum Field: Int, FieldNames {
        case id, name, email, plan, status, onQuota, payAsYouGo, spendCap, period

        var name: StaticString {
            switch self {
            case .id: "id"
            case .name: "name"
            case .email: "email"
            case .plan: "plan"
            case .status: "status"
            case .onQuota: "on_quota"
            case .payAsYouGo: "pay_as_you_go"
            case .spendCap: "spend_cap"
            case .period: "period"
            }
        }
    }

    /// Reads the body. `existing` is the id of the tenant that is changed.
    init(_ reader: inout BodyReader, ofExisting existing: String? = nil) throws(Problem) {
        var fields = try FieldWalk<Field>(body: &reader)
        while let (field, value) = fields.next(&reader) {
            let spot = fields.spot(field)
            switch field {
            case .id:
                id = reader.tenant(reader.required(value, spot), spot)
                if let existing, let id, id != existing {
                    reader.refuse(spot.path, "an id cannot be changed; leave it out")
                }
            case .name:
                name = TenantFields.text(value, spot, &reader)
            case .email:
                email = TenantFields.text(value, spot, &reader)
            case .plan:
                plan = reader.string(value, spot)
            case .status:
                reader.refuse(
                    spot.path,
                    "cannot be set; use POST /v1/tenants/ID/pause, /suspend or /resume")
            case .onQuota:
                choices.onQuota = reader.choice(
                    value, spot, among: QuotaAnswer.allCases, name: \.name)
            case .payAsYouGo:
                choices.payAsYouGo = reader.bool(value, spot)
            case .spendCap:
                choices.spendCaps = SpendCaps.read(value, spot, &reader)
            case .period:
                choices.period = reader.choice(
                    value, spot, among: PeriodMode.allCases, name: \.name)
            }
        }
    }

    private static func text(
        _ node: JSONNode, _ spot: Spot, _ reader: inout BodyReader
    ) -> UpdateTenant.FieldChange {
        guard node.kind != .null else { return .set(nil) }
        return .set(reader.text(node, spot, bytes: 0...Limits.tenantNameTextMax))
    }
}
