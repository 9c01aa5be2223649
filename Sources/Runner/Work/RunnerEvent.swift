package import Programs

/// What a runner tells whoever keeps a log.
package enum RunnerEvent {
    case kindsChanged(KindCatalog, complaint: String?)
    case started(LeasedWork)
    case ended(LeasedWork, Verdict, milliseconds: Int64)
    /// The server did not take what an attempt came to.
    case refused(LeasedWork, String)
    /// The server took the outcome, but not the usage that the program reported: nobody counts it.
    case usageRefused(LeasedWork, String)
    /// The server does not answer; told once until it does.
    case away(String)
    case back
    /// The key may not do this: the runner has ended.
    case forbidden(String)
}
