/// What one run of a row gave: a value for each of the row's measures, and what it cost.
struct RunResult {
    let values: [Double]
    /// The CPU time of each thread for one of what was counted; empty where nobody looked.
    var cost: [CPUMeter.Share] = []
    /// The server's memory at the end, for the row that reports it.
    var residentMebibytes: Double?
    /// What other programs had of the machine meanwhile.
    var othersPercent = 0.0
}
