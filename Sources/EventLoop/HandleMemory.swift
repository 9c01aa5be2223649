internal import CLibuv

/// The memory of one libuv handle, and the rule by which it lives.
///
/// libuv keeps the address from `uv_…_init` to the close callback. So once the handle is
/// initialised it holds a reference to its owner, who holds this; the close callback drops that
/// reference, and only then can the owner and this memory go. Used on the loop thread only.
@safe
final class HandleMemory {
    // SAFETY: allocated in init, freed in deinit, which `adopt` delays until libuv is done.
    private let pointer: UnsafeMutableRawPointer
    private var isAdopted = false
    private(set) var isClosing = false

    /// Room for a handle of this type.
    init(_ type: uv_handle_type) {
        unsafe pointer = .allocate(byteCount: uv_handle_size(type), alignment: 16)
    }

    deinit {
        unsafe pointer.deallocate()
    }

    var asHandle: UnsafeMutablePointer<uv_handle_t> { unsafe weir_as_handle(pointer) }

    /// The handle as the type that the owner named in init.
    func pointer<Raw>(as type: Raw.Type = Raw.self) -> UnsafeMutablePointer<Raw> {
        unsafe pointer.assumingMemoryBound(to: Raw.self)
    }

    /// Ties the owner's life to the handle. Call it right after the init call of libuv succeeded.
    func adopt(owner: AnyObject) {
        precondition(!isAdopted, "a handle was adopted twice")
        isAdopted = true
        // SAFETY: the retain is balanced in the close callback, which comes once.
        unsafe uv_handle_set_data(asHandle, Unmanaged.passRetained(owner).toOpaque())
    }

    /// Closes the handle. False if that has begun before, or if there was no handle yet.
    @discardableResult
    func close() -> Bool {
        guard isAdopted, !isClosing else { return false }
        isClosing = true
        unsafe uv_close(asHandle) { handle in
            guard let data = unsafe uv_handle_get_data(handle) else { return }
            // SAFETY: balances `adopt`. libuv touches the handle no more after this callback.
            unsafe Unmanaged<AnyObject>.fromOpaque(data).release()
        }
        return true
    }
}

/// The Swift object behind a handle, in a callback of libuv.
func owner<Owner: AnyObject>(
    of handle: UnsafeMutableRawPointer?, as type: Owner.Type = Owner.self
) -> Owner {
    guard let handle = unsafe handle,
        let data = unsafe uv_handle_get_data(weir_as_handle(handle))
    else { preconditionFailure("libuv called back for a handle without an owner") }
    // SAFETY: `adopt` stored a retained object of this type; it lives until the close callback.
    return unsafe Unmanaged<Owner>.fromOpaque(data).takeUnretainedValue()
}
