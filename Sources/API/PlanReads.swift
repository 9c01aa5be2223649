import Core
import HTTP
import JSON
import Plans
import Store

/// `GET /v1/plans`, `GET /v1/plans/ID` and `GET /v1/billing/plans`: what is on offer, as the last
/// commit told.
enum PlanReads {
    /// Every plan on offer, with what the payment provider calls its prices.
    static func list(_ context: RequestContext) throws(Problem) -> Step {
        .answer(page(try WholeList(context.request), of: context.catalog, for: .admin))
    }

    /// The same without a key: what a page of prices shows.
    static func openList(_ request: Request, catalog: PlanCatalog) -> Step {
        do throws(Problem) {
            return .answer(page(try WholeList(request), of: catalog, for: .everyone))
        } catch {
            return .problem(error)
        }
    }

    /// One plan, as it is on offer, or an older version of it that tenants may still be on.
    static func read(_ context: RequestContext) throws(Problem) -> Step {
        let id = context.parameters[0]
        var query = QueryReader(context.request, known: ["version"])
        let version: Int64? = query.value("version", expected: "a version, such as 1") { text in
            Int64(text).flatMap { $0 > 0 ? $0 : nil }
        }
        try query.finish()
        guard let version else {
            guard let plan = context.catalog.plan(id) else {
                throw .noPlan(id, catalog: context.catalog)
            }
            return .answer(shown(plan))
        }
        guard let plan = context.catalog.plan(PlanVersion(id: id, version: version)) else {
            throw .noPlan("\(id) version \(version)", catalog: context.catalog)
        }
        return .answer(shown(plan))
    }

    private static func shown(_ plan: Plan) -> Response {
        var writer = JSONWriter(capacity: 1_024)
        PlanJSON.write(&writer, plan: plan, for: .admin)
        return .json(200, writer)
    }

    private static func page(
        _ list: WholeList, of catalog: PlanCatalog, for audience: PlanJSON.Audience
    ) -> Response {
        list.page(catalog.plans, name: \.id) { writer, plan in
            PlanJSON.write(&writer, plan: plan, for: audience)
        }
    }
}
