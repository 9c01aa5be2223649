/// The names of the fields that an object of a plan file may have.
protocol FieldNames: CaseIterable, Hashable, RawRepresentable<String> {}

/// The fields of the file.
enum FileField: String, FieldNames {
    case plans
    case kinds
}

/// The fields of a plan. In a file it has no `kinds`, as the store keeps it no `id`.
enum PlanField: String, FieldNames {
    case id
    case name
    case rank
    case prices
    case limits
    case costs
    case features
    case kinds
    case maxRunning = "max_running"
    case weight
    case rate
    case maxHeld = "max_held"
    case maxWaiting = "max_waiting"
    case maxPayload = "max_payload"
    case retentionDays = "retention_days"
    case period
}

/// The fields of a metric's limit.
enum LimitField: String, FieldNames {
    case limit
    case cap
    case type
    case overagePrice = "overage_price"
    case thresholds
}

/// The fields of a price.
enum PriceField: String, FieldNames {
    case amount
    case currency
    case priceVariable = "price_env"
    case lookupKey = "lookup_key"
}

/// The fields of a rate.
enum RateField: String, FieldNames {
    case starts
    case per
    case burst
}

/// The fields of a kind.
enum KindField: String, FieldNames {
    case feature
}
