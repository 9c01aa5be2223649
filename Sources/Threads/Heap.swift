internal import CMalloc

/// The memory of this process, as the C library keeps it.
package enum Heap {
    /// Gives pages that hold nothing back to the system. It goes through all of the heap, some
    /// milliseconds for a hundred megabytes: for after a start, which needs much memory once. Any
    /// thread.
    package static func giveBack() {
        // That there was nothing to give back is no fault.
        _ = malloc_trim(0)
    }
}
