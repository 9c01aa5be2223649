import Store
import StoreSQLite

/// `weir backup`.
enum BackupCommand {
    static let command = Command(
        name: "backup", arguments: "FILE",
        summary: "Copy the database to a file while the server runs.", argumentsMin: 1,
        argumentsMax: 1,
        options: [Option("data", "DIR", environment: "WEIR_DATA", "the data folder; ./data")],
        run: { arguments in
            let folder = arguments.value("data") ?? "./data"
            let file = arguments.positionals[0]
            try DataFolder.requireStore(in: folder)
            try StoreFiles(folder: folder).backUp(to: file)
            Terminal.line("\(folder)/weir.db is copied to \(file)")
            return .ok
        })
}
