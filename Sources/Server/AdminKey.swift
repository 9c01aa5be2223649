import API
import Core
import Crypto
import Store
import StoreSQLite

/// The key that may do everything: from the environment, or made at first start and kept.
enum AdminKey {
    private static let fileName = "admin.key"

    /// The key, and whether it was made now.
    static func load(
        _ config: Config, folder: DataFolder
    ) throws(StoreError) -> (text: String, isNew: Bool) {
        if let key = config.adminKey { return (key, false) }
        if let key = try folder.read(fileName) {
            guard key.utf8.count >= Config.adminKeyBytesMin else {
                throw StoreError(
                    .unfit,
                    "\(folder.path)/\(fileName) holds a key of \(key.utf8.count) bytes, an admin"
                        + " key has \(Config.adminKeyBytesMin) at least: put a longer one there, or"
                        + " remove the file to have one made")
            }
            return (key, false)
        }
        let key = KeyText.make(scope: .admin, randomBytes: SecureRandom.bytes)
        try folder.write(key + "\n", to: fileName)
        return (key, true)
    }

    /// The key as the directory looks it up. It has no row: it is valid while it is configured.
    static func entry(_ text: String) -> DirectoryEntry {
        DirectoryEntry(
            id: KeyID(rawValue: 0), hash: SHA256.hash(Array(text.utf8)),
            grant: KeyGrant(scope: .admin))
    }
}
