import API
import Core
import Store

/// How workers come to jobs, and jobs back from workers that were not there.
extension Service {
    func runPull(
        _ pull: Pull, until: Int64?, then: @escaping (Reply) -> Step, on key: ExchangeKey
    ) {
        let sharer = sharer(key)
        let room = outstanding.room(weight: Command.pull(pull).weight, of: sharer)
        guard room == .free else { return refuse(key, room) }
        askedWork.asked(pull, at: realSteadyMilliseconds)
        guard let until else {
            return send(ask(.pull(then: then), for: key, of: sharer), .pull(pull))
        }
        guard outstanding.parkedPulls < Limits.ticketsMax else {
            return refuse(key, .tooManyTickets(max: Limits.ticketsMax))
        }
        let roomToPark = outstanding.room(toPark: pull, of: sharer)
        guard roomToPark == .free else { return refuse(key, roomToPark) }
        deadlines.set(key, at: until)
        let work = Pending.Work.parkedPull(tickets: pull.tickets, then: then)
        send(ask(work, for: key, of: sharer), .pull(pull))
    }

    /// These leases never reached their worker.
    func takeBack(_ tokens: [LeaseToken]) {
        if !tokens.isEmpty { run(.undelivered(tokens)) }
    }

    func run(_ errand: Errand) {
        send(outstanding.add(Pending(exchange: nil, work: .errand(errand))), errand.command)
    }
}
