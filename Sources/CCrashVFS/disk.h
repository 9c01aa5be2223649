// The disks below the VFS. Every function here wants the disk's lock held, unless it says else.
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CCrashVFS.h"

/// The unit in which a write is torn, and the sector size that SQLite is told.
enum { sector_bytes = 512 };

enum { name_bytes_max = 64, entries_max = 16, lock_slots = 8 };

struct bytes {
    uint8_t *start;
    int64_t count;
    int64_t room;
};

/// A write or truncation that no sync has made durable.
struct change {
    struct change *next;
    bool is_truncation;
    int64_t offset;
    int64_t count;
    uint8_t bytes[];
};

/// The index of a write-ahead log, shared by the connections of one process. It outlives a cut for
/// as long as a dead connection may look into it.
struct shared_memory {
    int users;
    int regions_count;
    void **regions;
    int shared[lock_slots];
    bool is_exclusive[lock_slots];
};

/// A file without its name.
struct file {
    struct file *next;
    /// What reads see, and what is on the disk.
    struct bytes seen;
    struct bytes disk;
    struct change *first_change;
    struct change **last_change;
    int open_count;
    /// Who holds which lock of SQLite's rollback mode.
    int shared_count;
    const void *reserved;
    const void *pending;
    const void *exclusive;
    struct shared_memory *memory;
};

struct entry {
    char name[name_bytes_max];
    struct file *file;
};

struct folder {
    int count;
    struct entry entries[entries_max];
};

/// A change of the folder that no sync has made durable: `to` gets `file`, and `from` goes. Either
/// may be empty.
struct folder_change {
    char from[name_bytes_max];
    char to[name_bytes_max];
    struct file *file;
};

struct disk {
    struct disk *next;
    int64_t number;
    int users;
    bool is_dropped;
    bool is_powersafe;
    pthread_mutex_t lock;
    uint64_t random;
    /// Grows when everything that is open dies.
    uint64_t generation;
    int64_t operations;
    int64_t stop_at;
    bool is_stopped;
    int64_t fault_after[WEIR_CRASH_FAULT_COUNT];
    int64_t fault_times[WEIR_CRASH_FAULT_COUNT];
    /// How often each has struck.
    int64_t fault_strikes[WEIR_CRASH_FAULT_COUNT];
    struct file *files;
    struct folder seen;
    struct folder disk;
    struct folder_change *folder_changes;
    int folder_changes_count;
    int folder_changes_room;
};

/// Finds a disk, locks it and counts the caller among its users; null if there is none.
/// Called without a lock.
struct disk *disk_enter(int64_t number);

/// The disk of a path, locked like `disk_enter`; `name` becomes the path's rest.
struct disk *disk_enter_path(const char *path, const char **name);

/// Unlocks a disk and stops using it.
void disk_leave(struct disk *disk);

/// One more user, who will call `disk_leave` later.
void disk_retain(struct disk *disk);

/// A random number.
uint64_t disk_random(struct disk *disk);

/// Counts an operation. False: the power went at this one or before.
bool disk_spend(struct disk *disk);

/// True when the fault strikes this operation.
bool disk_meets(struct disk *disk, enum weir_crash_fault fault);

/// The file that is seen under a name; null if there is none.
struct file *disk_find(struct disk *disk, const char *name);

/// A new empty file under a name that is free. Null when the power is gone.
struct file *disk_create(struct disk *disk, const char *name);

/// Takes a name away. Answers a code of SQLite.
int disk_remove(struct disk *disk, const char *name);

/// Puts `from` in the place of `to`. Answers a code of SQLite.
int disk_rename(struct disk *disk, const char *from, const char *to);

/// Makes the names durable. Answers a code of SQLite.
int disk_sync_folder(struct disk *disk);

/// Frees the files that no name, no change of the folder and no handle reaches.
void disk_sweep(struct disk *disk);

/// Writes, truncates and syncs one file. Each answers a code of SQLite.
int file_write(struct disk *disk, struct file *file, const void *bytes, int64_t count,
               int64_t offset);
int file_truncate(struct disk *disk, struct file *file, int64_t size);
int file_sync(struct disk *disk, struct file *file);

/// Brings what was not synced to the disk image by chance, and forgets it.
void file_settle(struct disk *disk, struct file *file);

/// An image becomes a copy of another.
void bytes_copy(struct bytes *to, const struct bytes *from);

/// Frees a file and what belongs to it.
void file_free(struct file *file);

/// One user less; the last frees it.
void shared_memory_release(struct shared_memory *memory);
