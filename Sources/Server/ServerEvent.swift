import Store

/// What other threads tell the loop.
enum ServerEvent: Sendable {
    case store(StoreEvent)
    case query(QueryResult)
}
