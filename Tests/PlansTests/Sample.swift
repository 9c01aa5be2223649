import Core
import Plans

/// Small plan files, of which tests change one field.
enum Sample {
    /// A file of plan 'free' and whatever else.
    static func file(_ plans: [String] = [], more: String = "") -> String {
        "{\"plans\":[" + ([free()] + plans).joined(separator: ",") + "]\(more)}"
    }

    /// Plan 'free', with these fields in place of its own.
    static func free(_ fields: [(String, String?)] = []) -> String {
        plan([("id", "\"free\""), ("name", "\"Free\""), ("rank", "0")] + fields)
    }

    /// Plan 'pro', with these fields in place of its own; nil takes one away.
    static func pro(_ fields: [(String, String?)] = []) -> String {
        plan([("id", "\"pro\""), ("name", "\"Pro\""), ("rank", "1")] + fields)
    }

    private static func plan(_ fields: [(String, String?)]) -> String {
        var names: [String] = ["limits"]
        var values: [String: String?] = ["limits": "{\"jobs\":{\"limit\":10}}"]
        for (name, value) in fields {
            if !names.contains(name) { names.append(name) }
            values[name] = value
        }
        let members = names.compactMap { name in
            (values[name] ?? nil).map { "\"\(name)\":\($0)" }
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// What is wrong with a file, a line each; nothing where it is taken.
    static func faults(
        _ text: String, _ environment: [String: String] = [:]
    ) -> [String] {
        faults(Array(text.utf8), environment)
    }

    /// What is wrong with a file, a line each; nothing where it is taken.
    static func faults(
        _ bytes: [UInt8], _ environment: [String: String] = [:]
    ) -> [String] {
        do throws(PlanFileError) {
            _ = try PlanFile.read(bytes) { environment[$0] }
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    /// The plans of a file.
    static func read(
        _ text: String, _ environment: [String: String] = [:]
    ) throws -> [PlanDraft] {
        try PlanFile.read(Array(text.utf8)) { environment[$0] }
    }
}
