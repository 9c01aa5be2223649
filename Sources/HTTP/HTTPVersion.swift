/// The versions that are spoken here.
package enum HTTPVersion: Hashable, Sendable {
    case http10
    case http11
}
