import Glibc
import WeirWorker

struct Person: Decodable { var name: String? }
struct Greeting: Encodable { var greeting: String }

struct Nap: Decodable { var seconds: Int? }
struct Slept: Encodable { var slept: Int }

struct Question: Decodable { var text: String }
struct Bill: Encodable { var tokens: Int }

// The server is WEIR_URL, the key WEIR_KEY.
let worker = Worker(concurrency: 4)

// A payload comes in; a line of log and a result go out.
worker.handle("hello") { (person: Person, context) in
    let name = person.name ?? "world"
    guard name.count <= 100 else {
        // No other attempt would do better.
        throw JobFailure.dead(type: "bad_payload", message: "a name of \(name.count) letters")
    }
    context.log("Hello from Swift, \(name)!")
    return Greeting(greeting: "Hello, \(name)!")
}

// One at a time. A job that is canceled or too slow ends in `sleep`, which throws.
worker.handle("slow", concurrency: 1) { (nap: Nap, context) in
    let seconds = max(0, nap.seconds ?? 10)
    for second in 0..<seconds {
        context.progress(Double(second * 100 / seconds), "second \(second) of \(seconds)")
        try await Task.sleep(for: .seconds(1))
    }
    return Slept(slept: seconds)
}

// What was used is counted for the tenant, where its plan has the metric.
worker.handle("tokens") { (question: Question, context) in
    let tokens = question.text.utf8.count / 4 + 1
    context.usage("llm_tokens", tokens)
    return Bill(tokens: tokens)
}

do {
    // Until SIGTERM or SIGINT: then jobs that run are ended in order, and none is lost.
    try await worker.run()
} catch {
    print(error)
    exit(1)
}
