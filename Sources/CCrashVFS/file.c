// One file: what is seen, what is on the disk, and what lies between.
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"

/// Memory or the end of the test: there is nobody to tell.
static void *need(void *memory) {
    if (!memory) abort();
    return memory;
}

static void bytes_resize(struct bytes *bytes, int64_t count) {
    if (count > bytes->room) {
        int64_t room = bytes->room * 2 > count ? bytes->room * 2 : count;
        bytes->start = need(realloc(bytes->start, (size_t)room));
        bytes->room = room;
    }
    if (count > bytes->count) {
        memset(bytes->start + bytes->count, 0, (size_t)(count - bytes->count));
    }
    bytes->count = count;
}

static void bytes_write(struct bytes *bytes, const void *from, int64_t count, int64_t offset) {
    if (count == 0) return;
    if (offset + count > bytes->count) bytes_resize(bytes, offset + count);
    memcpy(bytes->start + offset, from, (size_t)count);
}

void bytes_copy(struct bytes *to, const struct bytes *from) {
    bytes_resize(to, from->count);
    if (from->count > 0) memcpy(to->start, from->start, (size_t)from->count);
}

static void note(struct file *file, bool is_truncation, const void *bytes, int64_t count,
                 int64_t offset) {
    struct change *change = need(malloc(sizeof *change + (size_t)count));
    change->next = NULL;
    change->is_truncation = is_truncation;
    change->offset = offset;
    change->count = count;
    if (count > 0) memcpy(change->bytes, bytes, (size_t)count);
    *file->last_change = change;
    file->last_change = &change->next;
}

static void forget_changes(struct file *file) {
    for (struct change *change = file->first_change; change;) {
        struct change *next = change->next;
        free(change);
        change = next;
    }
    file->first_change = NULL;
    file->last_change = &file->first_change;
}

int file_write(struct disk *disk, struct file *file, const void *bytes, int64_t count,
               int64_t offset) {
    if (disk->is_stopped) return SQLITE_IOERR_WRITE;
    if (!disk_spend(disk)) {
        // The write that was under way when the power went: it may have come through.
        note(file, false, bytes, count, offset);
        return SQLITE_IOERR_WRITE;
    }
    if (disk_meets(disk, WEIR_CRASH_FULL)) return SQLITE_FULL;
    if (disk_meets(disk, WEIR_CRASH_WRITE)) return SQLITE_IOERR_WRITE;
    bool is_short = disk_meets(disk, WEIR_CRASH_SHORT_WRITE);
    if (is_short) count = (int64_t)(disk_random(disk) % (uint64_t)(count > 0 ? count : 1));
    bytes_write(&file->seen, bytes, count, offset);
    note(file, false, bytes, count, offset);
    return is_short ? SQLITE_FULL : SQLITE_OK;
}

int file_truncate(struct disk *disk, struct file *file, int64_t size) {
    if (disk->is_stopped) return SQLITE_IOERR_TRUNCATE;
    if (!disk_spend(disk)) {
        note(file, true, NULL, 0, size);
        return SQLITE_IOERR_TRUNCATE;
    }
    if (disk_meets(disk, WEIR_CRASH_WRITE)) return SQLITE_IOERR_TRUNCATE;
    bytes_resize(&file->seen, size);
    note(file, true, NULL, 0, size);
    return SQLITE_OK;
}

static void apply(struct file *file, const struct change *change) {
    if (change->is_truncation) {
        bytes_resize(&file->disk, change->offset);
    } else {
        bytes_write(&file->disk, change->bytes, change->count, change->offset);
    }
}

int file_sync(struct disk *disk, struct file *file) {
    if (!disk_spend(disk)) return SQLITE_IOERR_FSYNC;
    if (disk_meets(disk, WEIR_CRASH_SYNC)) {
        file_settle(disk, file);
        return SQLITE_IOERR_FSYNC;
    }
    for (const struct change *change = file->first_change; change; change = change->next) {
        apply(file, change);
    }
    forget_changes(file);
    return SQLITE_OK;
}

/// Spoils a sector of the disk image, as far as the file reaches.
static void spoil(struct disk *disk, struct file *file, int64_t start) {
    int64_t end = start + sector_bytes;
    if (end > file->disk.count) end = file->disk.count;
    for (int64_t at = start; at < end; at++) {
        file->disk.start[at] = (uint8_t)disk_random(disk);
    }
}

/// Keeps or drops each sector of a write by itself.
static void tear(struct disk *disk, struct file *file, const struct change *change) {
    int64_t end = change->offset + change->count;
    for (int64_t at = change->offset; at < end;) {
        int64_t sector = at / sector_bytes * sector_bytes;
        int64_t next = sector + sector_bytes < end ? sector + sector_bytes : end;
        bool is_whole = at == sector && next == sector + sector_bytes;
        uint64_t fate = disk_random(disk) % 4;
        if (fate < 2) {
            bytes_write(&file->disk, change->bytes + (at - change->offset), next - at, at);
        } else if (fate == 2 && !disk->is_powersafe && !is_whole) {
            spoil(disk, file, sector);
        }
        at = next;
    }
}

void file_settle(struct disk *disk, struct file *file) {
    int count = 0;
    for (struct change *change = file->first_change; change; change = change->next) count++;
    if (count == 0) return;
    struct change **order = need(calloc((size_t)count, sizeof *order));
    struct change *change = file->first_change;
    for (int index = 0; index < count; index++, change = change->next) order[index] = change;

    // Where every write has its own luck, long lists never come through whole or not at all.
    enum { keep_all, drop_all, in_order, shuffled, fates } fate = disk_random(disk) % fates;
    if (fate == shuffled) {
        for (int index = count - 1; index > 0; index--) {
            int other = (int)(disk_random(disk) % (uint64_t)(index + 1));
            struct change *swapped = order[index];
            order[index] = order[other];
            order[other] = swapped;
        }
    }
    for (int index = 0; index < count && fate != drop_all; index++) {
        uint64_t luck = fate == keep_all ? 0 : disk_random(disk) % 3;
        if (luck == 0) apply(file, order[index]);
        if (luck == 1 && !order[index]->is_truncation) tear(disk, file, order[index]);
    }
    free(order);
    forget_changes(file);
}

void file_free(struct file *file) {
    forget_changes(file);
    free(file->seen.start);
    free(file->disk.start);
    free(file);
}

void shared_memory_release(struct shared_memory *memory) {
    if (--memory->users > 0) return;
    for (int index = 0; index < memory->regions_count; index++) free(memory->regions[index]);
    free(memory->regions);
    free(memory);
}
