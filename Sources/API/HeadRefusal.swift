package import HTTP

/// What a request gets without its body being read, and what is counted of it.
package struct HeadRefusal {
    package let response: Response
    package let note: WebhookNote?

    /// A refusal that is counted as `note` says.
    init(_ response: Response, _ note: WebhookNote? = nil) {
        self.response = response
        self.note = note
    }
}
