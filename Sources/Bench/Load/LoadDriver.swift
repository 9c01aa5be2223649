/// Says what the connections of a load send.
protocol LoadDriver: AnyObject {
    /// The connections are open; nothing was sent.
    func begin(_ load: Load)
    /// A connection got the answer to its request, and the status was one of success.
    func answered(_ connection: LoadConnection, of load: Load)
}
