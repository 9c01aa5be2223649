// A SQLite VFS, wholly in memory, whose power can be cut. For tests and the simulator only.
//
// There are many disks at once, each with one folder whose path is the disk's name: disk 17 has
// `/disk-17/weir.db`. What is written is seen at once and durable only after a sync; what is
// created, renamed or deleted only after a sync of the folder. Every call may come from any thread:
// a disk has a lock of its own.
#pragma once
#include <stdint.h>

/// The name to open databases with, once `weir_crash_register` was called.
#define WEIR_CRASH_VFS "weir-crash"

/// What can go wrong with one operation while the power is on.
enum weir_crash_fault {
    /// A write meets a full disk and changes nothing.
    WEIR_CRASH_FULL = 0,
    /// A write fails and changes nothing.
    WEIR_CRASH_WRITE = 1,
    /// A read fails.
    WEIR_CRASH_READ = 2,
    /// A sync fails. What was to be synced may be on disk, in part or whole, or not; it counts as
    /// clean and is seen as written, and no later sync brings it to the disk.
    WEIR_CRASH_SYNC = 3,
    /// A write stops in the middle, as on a disk that becomes full.
    WEIR_CRASH_SHORT_WRITE = 4,
    WEIR_CRASH_FAULT_COUNT = 5,
};

/// Makes the VFS known to SQLite, once. Answers a code of SQLite.
int weir_crash_register(void);

/// A new empty disk; its number is greater than 0. With `is_powersafe` the disk says, as SQLite
/// says of every disk on Unix, that a write leaves the bytes beside it alone, and keeps to it.
/// Without, a cut may spoil a sector of which only a part was being written.
int64_t weir_crash_disk_make(uint64_t seed, int is_powersafe);

/// Forgets a disk. Files that are still open are dead; their memory goes when they are closed.
void weir_crash_disk_drop(int64_t disk);

/// Cuts the power: each write that was not synced is kept, dropped or torn at 512 bytes, in any
/// order, by the seed; each unsynced change of the folder is kept or dropped. What is open is dead,
/// what is left is on the disk, and no fault is waiting any more.
void weir_crash_disk_cut(int64_t disk);

/// Ends the process, as SIGKILL does: what is open is dead, everything that was seen still is.
void weir_crash_disk_kill(int64_t disk);

/// How many writes, truncations, syncs and changes of the folder there have been.
int64_t weir_crash_disk_operations(int64_t disk);

/// After so many more operations every call fails until the cut; less than 0 is never.
void weir_crash_disk_stop_after(int64_t disk, int64_t operations);

/// True when the operations of `weir_crash_disk_stop_after` are used up.
int weir_crash_disk_is_stopped(int64_t disk);

/// After `after` more operations of its kind the fault strikes `times` times.
void weir_crash_disk_fault(int64_t disk, enum weir_crash_fault fault, int64_t after, int64_t times);

/// How often the fault has struck.
int64_t weir_crash_disk_strikes(int64_t disk, enum weir_crash_fault fault);

/// No fault is waiting any more, nor an end of the power. One that came stays.
void weir_crash_disk_heal(int64_t disk);

// Files by their paths, without SQLite. Each answers a code of SQLite.

/// The size of a file; less than 0 if there is none or the power is gone.
int64_t weir_crash_file_size(const char *path);

/// Reads `count` bytes from the start, which the file must have.
int weir_crash_file_read(const char *path, void *bytes, int64_t count);

/// Writes to a file, which is created if it is not there.
int weir_crash_file_write(const char *path, const void *bytes, int64_t count, int64_t offset);

/// Makes a file `size` bytes long; it is created if it is not there.
int weir_crash_file_truncate(const char *path, int64_t size);

/// Makes the content of a file durable.
int weir_crash_file_sync(const char *path);

/// Puts a file in the place of another.
int weir_crash_file_rename(const char *from, const char *to);

/// Makes the names in a disk's folder durable.
int weir_crash_folder_sync(const char *path);
