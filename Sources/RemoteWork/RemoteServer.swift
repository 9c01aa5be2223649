/// A server that work comes from.
package struct RemoteServer: Hashable, Sendable {
    /// Without a slash at its end.
    package let url: String
    package let key: String
    /// Shown in the server's lists.
    package let workerName: String

    /// The server at `url`, with an API key.
    package init(url: String, key: String, workerName: String) {
        self.url = url
        self.key = key
        self.workerName = workerName
    }
}
