import Core
import HTTP

/// All that a handler may know of its request.
struct RequestContext {
    let request: Request
    /// The decoded segments of the path that its pattern leaves open, in order.
    let parameters: [String]
    let caller: Caller
    let scene: Scene
    let settings: Settings

    /// The wall clock's time.
    var now: Timestamp { scene.now.wall }

    /// The plans, as the last commit told.
    var catalog: PlanCatalog { scene.catalog }

    /// The tenant that the path names first. What a caller may not see is not there.
    func pathTenant() throws(Problem) -> String {
        let tenant = parameters[0]
        guard Names.isTenant(tenant), caller.tenant == nil || caller.tenant == tenant else {
            throw .noTenant(tenant)
        }
        return tenant
    }

    /// The tenant that the call acts for; an admin has to name one.
    func actingTenant() throws(Problem) -> String {
        guard let tenant = caller.tenant else { throw .tenantNotNamed }
        return tenant
    }

    /// The metric that the path names at `index`; nil of what cannot be the name of one.
    func pathMetric(_ index: Int) -> Metric? {
        Names.isMetric(parameters[index]) ? Metric(name: parameters[index]) : nil
    }

    /// The job that the path names first.
    func pathJob() throws(Problem) -> JobID {
        guard let job = JobID(text: parameters[0]) else { throw .noJob(parameters[0]) }
        return job
    }
}
