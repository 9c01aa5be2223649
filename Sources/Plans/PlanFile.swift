package import Core
import JSON

/// The file that says which plans there are (docs/plans.md).
package enum PlanFile {
    /// The plans of a file, in its order, with the provider's prices as the environment has them;
    /// or everything that is wrong with it.
    package static func read(
        _ bytes: [UInt8], environment: (String) -> String?
    ) throws(PlanFileError) -> [PlanDraft] {
        guard bytes.count <= Limits.planFileBytesMax else {
            throw fault("is larger than \(Limits.planFileBytesMax) bytes; so much is no plan file")
        }
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw fault("begins with a byte order mark; save it as UTF-8 without one")
        }
        var reader: PlanFileReader
        do throws(JSONError) {
            reader = PlanFileReader(try JSONDocument(validating: bytes))
        } catch {
            throw fault("is not JSON: \(place(of: error.offset, in: bytes)): \(error.sentence)")
        }
        return try reader.read(environment: environment)
    }

    private static func fault(_ message: String) -> PlanFileError {
        PlanFileError([PlanFault(message: message)])
    }

    /// Where editors show a byte, the column in characters.
    private static func place(of offset: Int, in bytes: [UInt8]) -> String {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
        return "line \(line), column \(column)"
    }
}
