import Core
import Plans
import Store
import StoreSQLite
import Threads

/// The store of a data folder on this thread, without a server.
final class StoreHouse {
    private let files: StoreFiles
    private let engine: Engine
    private let checkpointer: Checkpointer
    private var numberLast: UInt64 = 0
    /// How far its clocks are ahead of the machine's.
    private var aheadMilliseconds: Int64 = 0

    /// Opens the store in `folder`; one that is not there is made.
    init(folder: String) throws(BenchError) {
        files = StoreFiles(folder: folder, looksUpParents: false)
        do throws(StoreError) {
            engine = try Engine(
                rows: SQLiteRows(files: files), plans: .standard, random: Random(seed: 1),
                secrets: Random(seed: 2), at: StoreHouse.now)
        } catch {
            throw BenchError(error.message)
        }
        do throws(ThreadError) {
            checkpointer = try Checkpointer(files: files)
        } catch {
            throw BenchError(error.description)
        }
    }

    /// Closes the store in the orderly way.
    func close() {
        checkpointer.stop()
        engine.close()
    }

    /// Applies commands in one batch and gives the replies that it brought, in any order.
    @discardableResult
    func apply(_ commands: [Command]) throws(BenchError) -> [Reply] {
        var batch: [Envelope] = []
        batch.reserveCapacity(commands.count)
        for command in commands {
            numberLast += 1
            batch.append(Envelope(id: EnvelopeID(rawValue: numberLast), command: command))
        }
        return try turn(batch).answers.map(\.reply)
    }

    /// Both clocks run on to the first minute of the next month.
    func advanceToNextMonth() {
        let now = StoreHouse.now.wall
        aheadMilliseconds = Period(containing: now).end.since(now) + 60_000
    }

    /// Lets the chores do all that is left to do.
    func settle() throws(BenchError) {
        while try turn([]).hasMore {}
    }

    private func turn(_ batch: [Envelope]) throws(BenchError) -> BatchOutcome {
        do throws(StoreError) {
            let outcome = try engine.apply(
                batch, at: StoreHouse.now.advanced(by: aheadMilliseconds), lateMilliseconds: 0)
            for answer in outcome.answers {
                if case .refused(let refusal) = answer.reply {
                    throw StoreError(.misuse, "the store refused: \(refusal)")
                }
            }
            return outcome
        } catch {
            throw BenchError(error.message)
        }
    }

    private static var now: Moment {
        Moment(
            wall: Timestamp(milliseconds: WallClock.nowMilliseconds),
            steadyMilliseconds: MonotonicClock.nowMilliseconds)
    }
}
