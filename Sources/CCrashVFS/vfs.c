// The methods that SQLite calls.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"

/// An open file. SQLite gives the memory and uses it from one thread at a time.
struct handle {
    sqlite3_file base;
    struct disk *disk;
    struct file *file;
    /// The disk's when the file was opened; another one means that this handle is dead.
    uint64_t generation;
    /// The lock of rollback mode that it holds.
    int level;
    /// The first sync of a new journal or log makes its name durable too, as on Unix.
    bool syncs_folder;
    struct shared_memory *memory;
    bool has_shared[lock_slots];
    bool has_exclusive[lock_slots];
};

static struct handle *of(sqlite3_file *file) {
    return (struct handle *)file;
}

/// Locks the handle's disk; every method begins so and ends with `leave`.
static struct disk *enter(struct handle *handle) {
    pthread_mutex_lock(&handle->disk->lock);
    return handle->disk;
}

static int leave(struct handle *handle, int code) {
    pthread_mutex_unlock(&handle->disk->lock);
    return code;
}

static bool is_dead(const struct handle *handle) {
    return handle->generation != handle->disk->generation;
}

static bool is_useless(const struct handle *handle) {
    return is_dead(handle) || handle->disk->is_stopped;
}

// MARK: Reading and writing

static int handle_read(sqlite3_file *base, void *bytes, int count, sqlite3_int64 offset) {
    struct handle *handle = of(base);
    struct disk *disk = enter(handle);
    if (is_useless(handle)) return leave(handle, SQLITE_IOERR_READ);
    if (disk_meets(disk, WEIR_CRASH_READ)) return leave(handle, SQLITE_IOERR_READ);
    const struct bytes *seen = &handle->file->seen;
    int64_t there = seen->count - offset;
    if (there > count) there = count;
    if (there > 0) memcpy(bytes, seen->start + offset, (size_t)there);
    if (there == count) return leave(handle, SQLITE_OK);
    if (there < 0) there = 0;
    memset((uint8_t *)bytes + there, 0, (size_t)(count - there));
    return leave(handle, SQLITE_IOERR_SHORT_READ);
}

static int handle_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    struct handle *handle = of(base);
    struct disk *disk = enter(handle);
    if (is_dead(handle)) return leave(handle, SQLITE_IOERR_WRITE);
    return leave(handle, file_write(disk, handle->file, bytes, count, offset));
}

static int handle_truncate(sqlite3_file *base, sqlite3_int64 size) {
    struct handle *handle = of(base);
    struct disk *disk = enter(handle);
    if (is_dead(handle)) return leave(handle, SQLITE_IOERR_TRUNCATE);
    return leave(handle, file_truncate(disk, handle->file, size));
}

static int handle_sync(sqlite3_file *base, int flags) {
    (void)flags;
    struct handle *handle = of(base);
    struct disk *disk = enter(handle);
    if (is_dead(handle)) return leave(handle, SQLITE_IOERR_FSYNC);
    int code = file_sync(disk, handle->file);
    if (code == SQLITE_OK && handle->syncs_folder) {
        code = disk_sync_folder(disk);
        if (code == SQLITE_OK) handle->syncs_folder = false;
    }
    return leave(handle, code);
}

static int handle_size(sqlite3_file *base, sqlite3_int64 *size) {
    struct handle *handle = of(base);
    enter(handle);
    if (is_useless(handle)) return leave(handle, SQLITE_IOERR_FSTAT);
    *size = handle->file->seen.count;
    return leave(handle, SQLITE_OK);
}

// MARK: The locks of rollback mode

static int handle_lock(sqlite3_file *base, int level) {
    struct handle *handle = of(base);
    enter(handle);
    struct file *file = handle->file;
    if (is_useless(handle)) return leave(handle, SQLITE_IOERR_LOCK);
    if (handle->level >= level) return leave(handle, SQLITE_OK);
    if (file->pending && file->pending != handle) return leave(handle, SQLITE_BUSY);
    if (file->exclusive && file->exclusive != handle) return leave(handle, SQLITE_BUSY);
    if (level >= SQLITE_LOCK_RESERVED) {
        if (file->reserved && file->reserved != handle) return leave(handle, SQLITE_BUSY);
        file->reserved = handle;
    }
    if (handle->level == SQLITE_LOCK_NONE) file->shared_count++;
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        file->pending = handle;
        handle->level = SQLITE_LOCK_PENDING;
        if (file->shared_count > 1) return leave(handle, SQLITE_BUSY);
        file->exclusive = handle;
    }
    handle->level = level;
    return leave(handle, SQLITE_OK);
}

static int handle_unlock(sqlite3_file *base, int level) {
    struct handle *handle = of(base);
    enter(handle);
    struct file *file = handle->file;
    if (handle->level <= level) return leave(handle, SQLITE_OK);
    if (!is_dead(handle)) {
        if (file->reserved == handle) file->reserved = NULL;
        if (file->pending == handle) file->pending = NULL;
        if (file->exclusive == handle) file->exclusive = NULL;
        if (level == SQLITE_LOCK_NONE) file->shared_count--;
    }
    handle->level = level;
    return leave(handle, SQLITE_OK);
}

static int handle_check_reserved(sqlite3_file *base, int *is_reserved) {
    struct handle *handle = of(base);
    enter(handle);
    if (is_useless(handle)) return leave(handle, SQLITE_IOERR_CHECKRESERVEDLOCK);
    *is_reserved = handle->file->reserved != NULL;
    return leave(handle, SQLITE_OK);
}

// MARK: What the disk is like

static int handle_control(sqlite3_file *base, int operation, void *argument) {
    (void)base, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int handle_sector_size(sqlite3_file *base) {
    (void)base;
    return sector_bytes;
}

/// Nothing more is claimed: no write is atomic, none in order, and a file may grow before its data
/// is there.
static int handle_characteristics(sqlite3_file *base) {
    return of(base)->disk->is_powersafe ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

// MARK: The shared memory of the write-ahead log

static int handle_map(sqlite3_file *base, int region, int bytes, int may_grow,
                      void volatile **start) {
    struct handle *handle = of(base);
    enter(handle);
    *start = NULL;
    if (is_useless(handle)) return leave(handle, SQLITE_IOERR_SHMMAP);
    if (!handle->memory) {
        struct file *file = handle->file;
        if (!file->memory) {
            file->memory = calloc(1, sizeof *file->memory);
            if (!file->memory) return leave(handle, SQLITE_NOMEM);
            // The file itself counts as a user until the last handle goes.
            file->memory->users = 1;
        }
        handle->memory = file->memory;
        handle->memory->users++;
    }
    struct shared_memory *memory = handle->memory;
    if (region >= memory->regions_count) {
        if (!may_grow) return leave(handle, SQLITE_OK);
        void **regions = realloc(memory->regions, (size_t)(region + 1) * sizeof *regions);
        if (!regions) return leave(handle, SQLITE_NOMEM);
        memory->regions = regions;
        while (memory->regions_count <= region) {
            void *added = calloc(1, (size_t)bytes);
            if (!added) return leave(handle, SQLITE_NOMEM);
            regions[memory->regions_count++] = added;
        }
    }
    *start = memory->regions[region];
    return leave(handle, SQLITE_OK);
}

static void let_go(struct handle *handle, int slot) {
    struct shared_memory *memory = handle->memory;
    if (handle->has_shared[slot]) memory->shared[slot]--;
    if (handle->has_exclusive[slot]) memory->is_exclusive[slot] = false;
    handle->has_shared[slot] = handle->has_exclusive[slot] = false;
}

static bool may_have(const struct handle *handle, int slot, bool wants_exclusive) {
    const struct shared_memory *memory = handle->memory;
    if (memory->is_exclusive[slot]) return handle->has_exclusive[slot];
    int others = memory->shared[slot] - (handle->has_shared[slot] ? 1 : 0);
    return !wants_exclusive || others == 0;
}

static int handle_lock_slots(sqlite3_file *base, int first, int count, int flags) {
    struct handle *handle = of(base);
    enter(handle);
    if (!handle->memory) return leave(handle, SQLITE_IOERR_SHMLOCK);
    if (flags & SQLITE_SHM_UNLOCK) {
        for (int slot = first; slot < first + count; slot++) let_go(handle, slot);
        return leave(handle, SQLITE_OK);
    }
    if (is_useless(handle)) return leave(handle, SQLITE_IOERR_SHMLOCK);
    bool wants_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (int slot = first; slot < first + count; slot++) {
        if (!may_have(handle, slot, wants_exclusive)) return leave(handle, SQLITE_BUSY);
    }
    for (int slot = first; slot < first + count; slot++) {
        let_go(handle, slot);
        if (wants_exclusive) {
            handle->memory->is_exclusive[slot] = handle->has_exclusive[slot] = true;
        } else {
            handle->memory->shared[slot]++;
            handle->has_shared[slot] = true;
        }
    }
    return leave(handle, SQLITE_OK);
}

static void handle_barrier(sqlite3_file *base) {
    (void)base;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static int handle_unmap(sqlite3_file *base, int must_delete) {
    (void)must_delete;
    struct handle *handle = of(base);
    enter(handle);
    struct shared_memory *memory = handle->memory;
    if (!memory) return leave(handle, SQLITE_OK);
    for (int slot = 0; slot < lock_slots; slot++) let_go(handle, slot);
    handle->memory = NULL;
    shared_memory_release(memory);
    struct file *file = handle->file;
    if (!is_dead(handle) && file->memory && file->memory->users == 1) {
        shared_memory_release(file->memory);
        file->memory = NULL;
    }
    return leave(handle, SQLITE_OK);
}

static int handle_close(sqlite3_file *base) {
    struct handle *handle = of(base);
    handle_unlock(base, SQLITE_LOCK_NONE);
    handle_unmap(base, 0);
    struct disk *disk = enter(handle);
    handle->file->open_count--;
    disk_sweep(disk);
    disk_leave(disk);
    return SQLITE_OK;
}

static const sqlite3_io_methods handle_methods = {
    .iVersion = 2,
    .xClose = handle_close,
    .xRead = handle_read,
    .xWrite = handle_write,
    .xTruncate = handle_truncate,
    .xSync = handle_sync,
    .xFileSize = handle_size,
    .xLock = handle_lock,
    .xUnlock = handle_unlock,
    .xCheckReservedLock = handle_check_reserved,
    .xFileControl = handle_control,
    .xSectorSize = handle_sector_size,
    .xDeviceCharacteristics = handle_characteristics,
    .xShmMap = handle_map,
    .xShmLock = handle_lock_slots,
    .xShmBarrier = handle_barrier,
    .xShmUnmap = handle_unmap,
};

// MARK: The VFS

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags,
                    int *flags_out) {
    (void)vfs;
    struct handle *handle = of(base);
    memset(handle, 0, sizeof *handle);
    const char *name = NULL;
    // A temporary file has no path: the store keeps those in memory.
    struct disk *disk = path ? disk_enter_path(path, &name) : NULL;
    if (!disk) return SQLITE_CANTOPEN;
    struct file *file = disk->is_stopped ? NULL : disk_find(disk, name);
    if (!file && !disk->is_stopped && (flags & SQLITE_OPEN_CREATE)) {
        file = disk_create(disk, name);
    }
    if (!file) {
        int code = disk->is_stopped ? SQLITE_IOERR : SQLITE_CANTOPEN;
        disk_leave(disk);
        return code;
    }
    int journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
    handle->base.pMethods = &handle_methods;
    handle->disk = disk;
    handle->file = file;
    handle->generation = disk->generation;
    handle->syncs_folder = (flags & SQLITE_OPEN_CREATE) && (flags & journals);
    file->open_count++;
    if (flags_out) *flags_out = flags;
    disk_retain(disk);
    disk_leave(disk);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int syncs_folder) {
    (void)vfs;
    const char *name;
    struct disk *disk = disk_enter_path(path, &name);
    if (!disk) return SQLITE_IOERR_DELETE;
    int code = disk->is_stopped ? SQLITE_IOERR_DELETE : disk_remove(disk, name);
    if (code == SQLITE_OK && syncs_folder) code = disk_sync_folder(disk);
    disk_leave(disk);
    return code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *answer) {
    (void)vfs;
    const char *name;
    struct disk *disk = disk_enter_path(path, &name);
    if (!disk) return SQLITE_IOERR_ACCESS;
    int code = disk->is_stopped ? SQLITE_IOERR_ACCESS : SQLITE_OK;
    struct file *file = disk_find(disk, name);
    // On Unix an empty file counts as none here.
    *answer = file && (flags != SQLITE_ACCESS_EXISTS || file->seen.count > 0);
    disk_leave(disk);
    return code;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int room, char *full) {
    (void)vfs;
    return snprintf(full, (size_t)room, "%s", path) < room ? SQLITE_OK : SQLITE_CANTOPEN;
}

static sqlite3_vfs *system_vfs;

static int vfs_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    (void)vfs;
    return system_vfs->xRandomness(system_vfs, count, bytes);
}

/// Nobody waits for memory: a lock that is not free now is not free after a rest either, as long as
/// the one who has it runs on the same thread.
static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return microseconds;
}

static int vfs_time(sqlite3_vfs *vfs, double *days) {
    (void)vfs;
    return system_vfs->xCurrentTime(system_vfs, days);
}

static int vfs_last_error(sqlite3_vfs *vfs, int room, char *text) {
    (void)vfs, (void)room, (void)text;
    return 0;
}

static sqlite3_vfs crash_vfs = {
    .iVersion = 1,
    .szOsFile = sizeof(struct handle),
    .mxPathname = 128,
    .zName = WEIR_CRASH_VFS,
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_path,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_time,
    .xGetLastError = vfs_last_error,
};

static pthread_once_t registration = PTHREAD_ONCE_INIT;
static int registered;

static void register_once(void) {
    system_vfs = sqlite3_vfs_find(NULL);
    registered = system_vfs ? sqlite3_vfs_register(&crash_vfs, 0) : SQLITE_ERROR;
}

int weir_crash_register(void) {
    pthread_once(&registration, register_once);
    return registered;
}
