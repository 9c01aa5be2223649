import Glibc

/// A server of this very program, in a process of its own, on a data folder.
final class ServerUnderLoad {
    /// The key by which the bench speaks for every tenant.
    static let adminKey = "weir_admin_00000000000000000000000000000000"
    let port: Int
    private let process: ChildProcess

    /// Starts a server and waits until it listens.
    init(folder: String) throws(BenchError) {
        // The server inherits it.
        guard unsafe setenv("STRIPE_WEBHOOK_SECRET", SignedEvent.secret, 1) == 0 else {
            throw BenchError("the environment takes no more")
        }
        try WorkFolder.write(ServerUnderLoad.adminKey + "\n", to: folder + "/admin.key")
        process = try ChildProcess(
            ServerUnderLoad.endingWithUs + [
                try ServerUnderLoad.program(), "serve", "--data", folder, "--listen",
                "127.0.0.1:0", "--log", "json",
            ], reading: .errors)
        var log: [String] = []
        while let line = process.readLine() {
            log.append(line)
            guard line.contains("\"server.listening\"") else { continue }
            let needle = Array("http://127.0.0.1:".utf8)
            if let port = ByteSearch.number(after: needle, in: Array(line.utf8)) {
                self.port = port
                return
            }
        }
        throw BenchError("the server did not start: \(log.suffix(3).joined(separator: " "))")
    }

    var processID: Int32 { process.id }

    /// RssAnon and RssFile, in MiB.
    func residentMebibytes() throws(BenchError) -> Double {
        guard let size = ProcessFiles.residentMebibytes(of: process.id) else {
            throw BenchError("the kernel does not tell the memory of process \(process.id)")
        }
        return size
    }

    /// Stops it in the orderly way.
    func stop() throws(BenchError) {
        process.terminate()
        let code = process.waitForEnd()
        guard code == 0 else { throw BenchError("the server ended with \(code)") }
    }

    /// The words before a command that let the kernel end it when the bench is killed; none where
    /// util-linux is not installed. It ends with the thread that started it, which is to be one
    /// that lives as long as the bench.
    private static var endingWithUs: [String] {
        let program = "/usr/bin/setpriv"
        return unsafe access(program, X_OK) == 0 ? [program, "--pdeathsig", "KILL"] : []
    }

    /// The file that this program was started from.
    private static func program() throws(BenchError) -> String {
        var bytes = [CChar](repeating: 0, count: 4_096)
        let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
        guard count > 0 else { throw BenchError("cannot find this program's own file") }
        return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
