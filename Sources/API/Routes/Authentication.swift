import Core
import Crypto
import HTTP
import Store

/// Finds out who calls. Nothing in an answer tells whether a key ever existed.
enum Authentication {
    /// The caller of this request; nil if it carries no valid key.
    static func caller(of request: Request, in directory: Directory) throws(Problem) -> Caller? {
        guard let entry = entry(request.headerBytes("Authorization"), in: directory) else {
            return nil
        }
        let tenant = try tenant(of: entry.grant, named: request.header("Weir-Tenant"))
        return Caller(key: entry.id, grant: entry.grant, tenant: tenant)
    }

    /// The key that the value of an `Authorization` field names, if there is one.
    static func entry(_ field: ArraySlice<UInt8>?, in directory: Directory) -> DirectoryEntry? {
        bearerKey(field).flatMap { directory.entry(hash: SHA256.hash($0)) }
    }

    /// The key in `Bearer KEY`; the scheme's case does not matter.
    private static func bearerKey(_ field: ArraySlice<UInt8>?) -> [UInt8]? {
        guard let field, field.begins(withLowerCase: "bearer ") else { return nil }
        let key = field.dropFirst("bearer ".utf8.count).drop { $0 == UInt8(ascii: " ") }
        return key.isEmpty ? nil : [UInt8](key)
    }

    /// The tenant that the call acts for. A key sees no other than those it is bound to.
    private static func tenant(
        of grant: KeyGrant, named name: String?
    ) throws(Problem) -> String? {
        guard let name else { return grant.tenant }
        let isVisible =
            if let own = grant.tenant { own == name } else { grant.tenants?.contains(name) ?? true }
        guard isVisible, Names.isTenant(name) else { throw .noTenant(name) }
        return name
    }
}
