import API
import Core
import Crypto
import Store
import StoreSQLite

/// The key that may do everything: from the environment, from the data folder, or made at the
/// first start and kept there.
struct AdminKey {
    private static let fileName = "admin.key"

    let text: String
    /// True if it was made by this start, and is not kept yet.
    let isNew: Bool

    /// Finds the key, or makes one without writing it: the start may still be refused.
    init(_ config: Config, folder: DataFolder) throws(StoreError) {
        if let text = config.adminKey {
            (self.text, isNew) = (text, false)
        } else if let text = try AdminKey.kept(in: folder) {
            (self.text, isNew) = (text, false)
        } else {
            let text = KeyText.make(scope: .admin, randomBytes: SecureRandom.bytes)
            (self.text, isNew) = (text, true)
        }
    }

    /// The key that is kept in the folder, if there is one; an unfit one is refused.
    static func kept(in folder: DataFolder) throws(StoreError) -> String? {
        guard let text = try folder.read(fileName) else { return nil }
        guard let fault = Config.fault(ofAdminKey: text) else { return text }
        throw StoreError(
            .unfit,
            "the key in \(folder.path)/\(fileName) \(fault). Put another one there, or remove the"
                + " file to have one made")
    }

    /// Keeps a new key for later starts and returns the file.
    func keep(in folder: DataFolder) throws(StoreError) -> String {
        try folder.write(text + "\n", to: AdminKey.fileName)
        return folder.path + "/" + AdminKey.fileName
    }

    /// The key as the directory looks it up. It has no row: it is valid while it is configured.
    var entry: DirectoryEntry {
        DirectoryEntry(
            id: KeyID(rawValue: 0), hash: SHA256.hash(Array(text.utf8)),
            grant: KeyGrant(scope: .admin))
    }
}
