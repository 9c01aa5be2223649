import Glibc

/// `weir verify` of the real binary, on a folder that may be in use.
enum WeirVerify {
    /// What it says and its exit code.
    static func run(_ folder: String) -> (text: String, code: Int32) {
        guard let pipe = popen("\(ServerProcess.binary) verify --data \(folder) 2>&1", "r") else {
            return ("cannot run it: \(errno)", -1)
        }
        var output: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&part, 1, part.count, pipe), count > 0 {
            output += part[..<count]
        }
        let status = pclose(pipe)
        return (String(decoding: output, as: UTF8.self), status >> 8 & 0xFF)
    }
}
