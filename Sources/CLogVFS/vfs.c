#include "CLogVFS.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/// What is gathered before it is written: some thirty pages, few enough to stay near the core.
enum { gathered_max = 128 * 1024 };

/// A VFS over a base. Never freed: SQLite has no end.
struct vfs {
    sqlite3_vfs vfs;
    sqlite3_vfs *base;
    struct vfs *next;
    char name[];
};

/// An open log. SQLite gives the memory and uses it from one thread at a time.
struct handle {
    sqlite3_file base;
    /// Lies after this struct.
    sqlite3_file *file;
    char *gathered;
    sqlite3_int64 start;
    int count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct vfs *first;

static struct handle *of(sqlite3_file *file) {
    return (struct handle *)file;
}

/// Writes what was gathered. A failure ends the transaction that it belongs to, so it is forgotten
/// then too.
static int flush(struct handle *handle) {
    int count = handle->count;
    if (count == 0) return SQLITE_OK;
    handle->count = 0;
    return handle->file->pMethods->xWrite(handle->file, handle->gathered, count, handle->start);
}

static int log_close(sqlite3_file *base) {
    struct handle *handle = of(base);
    free(handle->gathered);
    handle->gathered = NULL;
    return handle->file->pMethods->xClose(handle->file);
}

static int log_read(sqlite3_file *base, void *bytes, int count, sqlite3_int64 offset) {
    struct handle *handle = of(base);
    // A page that had to leave the cache before its commit is read from here again.
    if (offset + count > handle->start) {
        int code = flush(handle);
        if (code != SQLITE_OK) return code;
    }
    return handle->file->pMethods->xRead(handle->file, bytes, count, offset);
}

static int log_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    struct handle *handle = of(base);
    if (count > gathered_max - handle->count || offset != handle->start + handle->count) {
        int code = flush(handle);
        if (code != SQLITE_OK) return code;
    }
    if (count > gathered_max) {
        return handle->file->pMethods->xWrite(handle->file, bytes, count, offset);
    }
    if (handle->count == 0) handle->start = offset;
    memcpy(handle->gathered + handle->count, bytes, (size_t)count);
    handle->count += count;
    return SQLITE_OK;
}

static int log_truncate(sqlite3_file *base, sqlite3_int64 size) {
    struct handle *handle = of(base);
    int code = flush(handle);
    if (code != SQLITE_OK) return code;
    return handle->file->pMethods->xTruncate(handle->file, size);
}

static int log_sync(sqlite3_file *base, int flags) {
    struct handle *handle = of(base);
    int code = flush(handle);
    if (code != SQLITE_OK) return code;
    return handle->file->pMethods->xSync(handle->file, flags);
}

static int log_size(sqlite3_file *base, sqlite3_int64 *size) {
    struct handle *handle = of(base);
    int code = flush(handle);
    if (code != SQLITE_OK) return code;
    return handle->file->pMethods->xFileSize(handle->file, size);
}

static int log_lock(sqlite3_file *base, int level) {
    sqlite3_file *file = of(base)->file;
    return file->pMethods->xLock(file, level);
}

static int log_unlock(sqlite3_file *base, int level) {
    sqlite3_file *file = of(base)->file;
    return file->pMethods->xUnlock(file, level);
}

static int log_is_reserved(sqlite3_file *base, int *is_reserved) {
    sqlite3_file *file = of(base)->file;
    return file->pMethods->xCheckReservedLock(file, is_reserved);
}

static int log_control(sqlite3_file *base, int operation, void *argument) {
    sqlite3_file *file = of(base)->file;
    return file->pMethods->xFileControl(file, operation, argument);
}

static int log_sector_size(sqlite3_file *base) {
    sqlite3_file *file = of(base)->file;
    return file->pMethods->xSectorSize(file);
}

static int log_characteristics(sqlite3_file *base) {
    sqlite3_file *file = of(base)->file;
    return file->pMethods->xDeviceCharacteristics(file);
}

/// Version 1: a log has no shared memory and is not mapped.
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_is_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector_size,
    .xDeviceCharacteristics = log_characteristics,
};

static int log_open(
    sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *flags_out) {
    sqlite3_vfs *base = ((struct vfs *)vfs)->base;
    // What is no log is the base's file, in the memory that SQLite gave.
    if (!(flags & SQLITE_OPEN_WAL)) return base->xOpen(base, path, file, flags, flags_out);
    struct handle *handle = of(file);
    memset(handle, 0, sizeof *handle);
    handle->file = (sqlite3_file *)(handle + 1);
    handle->gathered = malloc(gathered_max);
    if (handle->gathered == NULL) return SQLITE_NOMEM;
    int code = base->xOpen(base, path, handle->file, flags, flags_out);
    if (code == SQLITE_OK) {
        handle->base.pMethods = &methods;
        return SQLITE_OK;
    }
    // A base may ask for a close although its open failed.
    if (handle->file->pMethods != NULL) handle->file->pMethods->xClose(handle->file);
    free(handle->gathered);
    return code;
}

static struct vfs *make(sqlite3_vfs *base) {
    static const char prefix[] = "weir-log-";
    size_t count = strlen(prefix) + strlen(base->zName) + 1;
    struct vfs *made = calloc(1, sizeof *made + count);
    if (made == NULL) return NULL;
    // The other methods are the base's: they look at no file, and at no VFS but for its fields.
    made->vfs = *base;
    made->vfs.pNext = NULL;
    made->vfs.szOsFile = (int)sizeof(struct handle) + base->szOsFile;
    made->vfs.xOpen = log_open;
    memcpy(made->name, prefix, strlen(prefix));
    memcpy(made->name + strlen(prefix), base->zName, strlen(base->zName) + 1);
    made->vfs.zName = made->name;
    made->base = base;
    if (sqlite3_vfs_register(&made->vfs, 0) != SQLITE_OK) {
        free(made);
        return NULL;
    }
    return made;
}

const char *weir_log_vfs(const char *base_name) {
    sqlite3_vfs *base = sqlite3_vfs_find(base_name);
    if (base == NULL) return NULL;
    pthread_mutex_lock(&lock);
    struct vfs *found = first;
    while (found != NULL && found->base != base) found = found->next;
    if (found == NULL && (found = make(base)) != NULL) {
        found->next = first;
        first = found;
    }
    pthread_mutex_unlock(&lock);
    return found == NULL ? NULL : found->name;
}
