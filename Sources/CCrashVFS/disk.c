// A disk: its folder, its power, its faults; and the list of all disks.
#include "disk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Guards the list of disks and their users; taken before a disk's own lock, never after.
static pthread_mutex_t disks_lock = PTHREAD_MUTEX_INITIALIZER;
static struct disk *disks;
static int64_t last_number;

static void *need(void *memory) {
    if (!memory) abort();
    return memory;
}

// MARK: All disks

int64_t weir_crash_disk_make(uint64_t seed, int is_powersafe) {
    struct disk *disk = need(calloc(1, sizeof *disk));
    pthread_mutex_init(&disk->lock, NULL);
    disk->random = seed;
    disk->is_powersafe = is_powersafe != 0;
    disk->stop_at = -1;
    pthread_mutex_lock(&disks_lock);
    int64_t number = disk->number = ++last_number;
    disk->next = disks;
    disks = disk;
    pthread_mutex_unlock(&disks_lock);
    return number;
}

struct disk *disk_enter(int64_t number) {
    pthread_mutex_lock(&disks_lock);
    struct disk *disk = disks;
    while (disk && (disk->number != number || disk->is_dropped)) disk = disk->next;
    if (disk) disk->users++;
    pthread_mutex_unlock(&disks_lock);
    if (disk) pthread_mutex_lock(&disk->lock);
    return disk;
}

struct disk *disk_enter_path(const char *path, const char **name) {
    long long number = 0;
    int length = 0;
    if (!path || sscanf(path, "/disk-%lld%n", &number, &length) != 1) return NULL;
    path += length;
    if (*path == '/') path++;
    if (strlen(path) >= name_bytes_max) return NULL;
    *name = path;
    return disk_enter(number);
}

void disk_retain(struct disk *disk) {
    // The caller is a user itself, so the count cannot fall to nothing meanwhile.
    __atomic_add_fetch(&disk->users, 1, __ATOMIC_SEQ_CST);
}

static void disk_free(struct disk *disk) {
    struct disk **place = &disks;
    while (*place != disk) place = &(*place)->next;
    *place = disk->next;
    for (struct file *file = disk->files; file;) {
        struct file *next = file->next;
        file_free(file);
        file = next;
    }
    free(disk->folder_changes);
    pthread_mutex_destroy(&disk->lock);
    free(disk);
}

void disk_leave(struct disk *disk) {
    pthread_mutex_unlock(&disk->lock);
    pthread_mutex_lock(&disks_lock);
    int users = __atomic_sub_fetch(&disk->users, 1, __ATOMIC_SEQ_CST);
    if (users == 0 && disk->is_dropped) disk_free(disk);
    pthread_mutex_unlock(&disks_lock);
}

// MARK: Chance, power and faults

uint64_t disk_random(struct disk *disk) {
    disk->random += 0x9E3779B97F4A7C15u;
    uint64_t mixed = disk->random;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

bool disk_spend(struct disk *disk) {
    if (disk->is_stopped) return false;
    if (disk->stop_at >= 0 && disk->operations >= disk->stop_at) {
        disk->is_stopped = true;
        return false;
    }
    disk->operations++;
    return true;
}

bool disk_meets(struct disk *disk, enum weir_crash_fault fault) {
    if (disk->fault_times[fault] == 0) return false;
    if (disk->fault_after[fault] > 0) {
        disk->fault_after[fault]--;
        return false;
    }
    disk->fault_times[fault]--;
    disk->fault_strikes[fault]++;
    return true;
}

// MARK: The folder

static struct entry *entry(struct folder *folder, const char *name) {
    for (int index = 0; index < folder->count; index++) {
        if (strcmp(folder->entries[index].name, name) == 0) return &folder->entries[index];
    }
    return NULL;
}

static void folder_set(struct folder *folder, const char *name, struct file *file) {
    struct entry *found = entry(folder, name);
    if (!found) {
        if (folder->count == entries_max) abort();
        found = &folder->entries[folder->count++];
        strcpy(found->name, name);
    }
    found->file = file;
}

static void folder_remove(struct folder *folder, const char *name) {
    struct entry *found = entry(folder, name);
    if (found) *found = folder->entries[--folder->count];
}

static void folder_apply(struct folder *folder, const struct folder_change *change) {
    if (change->from[0]) folder_remove(folder, change->from);
    if (change->to[0]) folder_set(folder, change->to, change->file);
}

/// A change of the folder is seen at once, and waits for a sync. When the power goes at this very
/// change it is not seen, but may have come through.
static int folder_change(struct disk *disk, const char *from, const char *to, struct file *file) {
    if (disk->is_stopped) return SQLITE_IOERR;
    bool is_on = disk_spend(disk);
    if (disk->folder_changes_count == disk->folder_changes_room) {
        disk->folder_changes_room = disk->folder_changes_room * 2 + 8;
        size_t bytes = (size_t)disk->folder_changes_room * sizeof *disk->folder_changes;
        disk->folder_changes = need(realloc(disk->folder_changes, bytes));
    }
    struct folder_change *change = &disk->folder_changes[disk->folder_changes_count++];
    strcpy(change->from, from);
    strcpy(change->to, to);
    change->file = file;
    if (is_on) folder_apply(&disk->seen, change);
    return is_on ? SQLITE_OK : SQLITE_IOERR;
}

struct file *disk_find(struct disk *disk, const char *name) {
    struct entry *found = entry(&disk->seen, name);
    return found ? found->file : NULL;
}

struct file *disk_create(struct disk *disk, const char *name) {
    if (disk->is_stopped) return NULL;
    struct file *file = need(calloc(1, sizeof *file));
    file->last_change = &file->first_change;
    file->next = disk->files;
    disk->files = file;
    return folder_change(disk, "", name, file) == SQLITE_OK ? file : NULL;
}

int disk_remove(struct disk *disk, const char *name) {
    if (!disk_find(disk, name)) return SQLITE_IOERR_DELETE_NOENT;
    return folder_change(disk, name, "", NULL) == SQLITE_OK ? SQLITE_OK : SQLITE_IOERR_DELETE;
}

int disk_rename(struct disk *disk, const char *from, const char *to) {
    struct file *file = disk_find(disk, from);
    return file ? folder_change(disk, from, to, file) : SQLITE_IOERR;
}

/// Brings each change of the folder to the disk by itself, or all, or none, as with writes.
static void settle_folder(struct disk *disk) {
    uint64_t fate = disk_random(disk) % 4;
    for (int index = 0; index < disk->folder_changes_count; index++) {
        bool is_kept = fate == 0 || (fate > 1 && disk_random(disk) % 2 == 0);
        if (is_kept) folder_apply(&disk->disk, &disk->folder_changes[index]);
    }
    disk->folder_changes_count = 0;
}

int disk_sync_folder(struct disk *disk) {
    if (!disk_spend(disk)) return SQLITE_IOERR_DIR_FSYNC;
    if (disk_meets(disk, WEIR_CRASH_SYNC)) {
        settle_folder(disk);
        return SQLITE_IOERR_DIR_FSYNC;
    }
    disk->disk = disk->seen;
    disk->folder_changes_count = 0;
    disk_sweep(disk);
    return SQLITE_OK;
}

static bool is_reached(const struct disk *disk, const struct file *file) {
    if (file->open_count > 0) return true;
    for (int index = 0; index < disk->seen.count; index++) {
        if (disk->seen.entries[index].file == file) return true;
    }
    for (int index = 0; index < disk->disk.count; index++) {
        if (disk->disk.entries[index].file == file) return true;
    }
    for (int index = 0; index < disk->folder_changes_count; index++) {
        if (disk->folder_changes[index].file == file) return true;
    }
    return false;
}

void disk_sweep(struct disk *disk) {
    for (struct file **place = &disk->files; *place;) {
        struct file *file = *place;
        if (is_reached(disk, file)) {
            place = &file->next;
        } else {
            *place = file->next;
            file_free(file);
        }
    }
}

// MARK: Ends

static void end_faults(struct disk *disk) {
    disk->stop_at = -1;
    memset(disk->fault_after, 0, sizeof disk->fault_after);
    memset(disk->fault_times, 0, sizeof disk->fault_times);
}

/// Everything that is open dies: its locks and its shared memory belong to nobody.
static void end_handles(struct disk *disk) {
    disk->generation++;
    disk->is_stopped = false;
    end_faults(disk);
    for (struct file *file = disk->files; file; file = file->next) {
        file->shared_count = 0;
        file->reserved = file->pending = file->exclusive = NULL;
        if (file->memory) shared_memory_release(file->memory);
        file->memory = NULL;
    }
}

void weir_crash_disk_kill(int64_t number) {
    struct disk *disk = disk_enter(number);
    if (!disk) return;
    end_handles(disk);
    disk_leave(disk);
}

void weir_crash_disk_cut(int64_t number) {
    struct disk *disk = disk_enter(number);
    if (!disk) return;
    end_handles(disk);
    settle_folder(disk);
    disk->seen = disk->disk;
    for (struct file *file = disk->files; file; file = file->next) {
        file_settle(disk, file);
        bytes_copy(&file->seen, &file->disk);
    }
    disk_sweep(disk);
    disk_leave(disk);
}

void weir_crash_disk_drop(int64_t number) {
    struct disk *disk = disk_enter(number);
    if (!disk) return;
    end_handles(disk);
    disk->is_dropped = true;
    disk_leave(disk);
}

// MARK: Settings

int64_t weir_crash_disk_operations(int64_t number) {
    struct disk *disk = disk_enter(number);
    if (!disk) return -1;
    int64_t operations = disk->operations;
    disk_leave(disk);
    return operations;
}

void weir_crash_disk_stop_after(int64_t number, int64_t operations) {
    struct disk *disk = disk_enter(number);
    if (!disk) return;
    disk->stop_at = operations < 0 ? -1 : disk->operations + operations;
    disk_leave(disk);
}

int weir_crash_disk_is_stopped(int64_t number) {
    struct disk *disk = disk_enter(number);
    if (!disk) return 1;
    bool is_stopped = disk->is_stopped;
    disk_leave(disk);
    return is_stopped;
}

void weir_crash_disk_fault(int64_t number, enum weir_crash_fault fault, int64_t after,
                           int64_t times) {
    struct disk *disk = disk_enter(number);
    if (!disk) return;
    disk->fault_after[fault] = after;
    disk->fault_times[fault] = times;
    disk_leave(disk);
}

int64_t weir_crash_disk_strikes(int64_t number, enum weir_crash_fault fault) {
    struct disk *disk = disk_enter(number);
    if (!disk) return -1;
    int64_t strikes = disk->fault_strikes[fault];
    disk_leave(disk);
    return strikes;
}

void weir_crash_disk_heal(int64_t number) {
    struct disk *disk = disk_enter(number);
    if (!disk) return;
    end_faults(disk);
    disk_leave(disk);
}

// MARK: Files by their paths

int64_t weir_crash_file_size(const char *path) {
    const char *name;
    struct disk *disk = disk_enter_path(path, &name);
    if (!disk) return -1;
    struct file *file = disk->is_stopped ? NULL : disk_find(disk, name);
    int64_t size = file ? file->seen.count : -1;
    disk_leave(disk);
    return size;
}

int weir_crash_file_read(const char *path, void *bytes, int64_t count) {
    const char *name;
    struct disk *disk = disk_enter_path(path, &name);
    if (!disk) return SQLITE_CANTOPEN;
    struct file *file = disk->is_stopped ? NULL : disk_find(disk, name);
    bool is_whole = file && file->seen.count >= count && !disk_meets(disk, WEIR_CRASH_READ);
    if (is_whole && count > 0) memcpy(bytes, file->seen.start, (size_t)count);
    disk_leave(disk);
    return is_whole ? SQLITE_OK : SQLITE_IOERR_READ;
}

int weir_crash_file_write(const char *path, const void *bytes, int64_t count, int64_t offset) {
    const char *name;
    struct disk *disk = disk_enter_path(path, &name);
    if (!disk) return SQLITE_CANTOPEN;
    struct file *file = disk_find(disk, name);
    if (!file) file = disk_create(disk, name);
    int code = file ? file_write(disk, file, bytes, count, offset) : SQLITE_IOERR;
    disk_leave(disk);
    return code;
}

int weir_crash_file_truncate(const char *path, int64_t size) {
    const char *name;
    struct disk *disk = disk_enter_path(path, &name);
    if (!disk) return SQLITE_CANTOPEN;
    struct file *file = disk_find(disk, name);
    if (!file) file = disk_create(disk, name);
    int code = file ? file_truncate(disk, file, size) : SQLITE_IOERR;
    disk_leave(disk);
    return code;
}

int weir_crash_file_sync(const char *path) {
    const char *name;
    struct disk *disk = disk_enter_path(path, &name);
    if (!disk) return SQLITE_CANTOPEN;
    struct file *file = disk_find(disk, name);
    int code = file ? file_sync(disk, file) : SQLITE_CANTOPEN;
    disk_leave(disk);
    return code;
}

int weir_crash_file_rename(const char *from, const char *to) {
    const char *name;
    const char *target = strrchr(to, '/');
    struct disk *disk = target ? disk_enter_path(from, &name) : NULL;
    if (!disk) return SQLITE_CANTOPEN;
    int code = disk_rename(disk, name, target + 1);
    disk_leave(disk);
    return code;
}

int weir_crash_folder_sync(const char *path) {
    const char *name;
    struct disk *disk = disk_enter_path(path, &name);
    if (!disk) return SQLITE_CANTOPEN;
    int code = disk_sync_folder(disk);
    disk_leave(disk);
    return code;
}
