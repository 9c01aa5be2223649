// The temporary folder of a job: how much is in it, and its end. Programs make what they like there,
// so nothing follows a link, leaves the file system or counts on a path being short.
#define _GNU_SOURCE
#include "parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A look at more entries would take longer than the time between two looks.
enum { ENTRIES_MAX = 100000, DEPTH_MAX = 400, UNNAMED_MAX = 4096, DESCRIPTORS_MAX = 100000 };

static bool is_itself(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int open_folder(int above, const char *name) {
    return openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// One look at a job's disk.
struct look {
    struct disk disk;
    dev_t device;
    long file_bytes;
    long entries;
    // The folder's own path, as the kernel names what is open in it.
    char home[PATH_MAX];
    size_t home_length;
    long descriptors;
    // Open files without a name that were counted: several descriptors may be of one.
    ino_t *seen;
    size_t seen_count, seen_room;
};

static void add_file(struct look *look, const struct stat *status) {
    look->disk.bytes += status->st_blocks * 512;
    bool is_full = look->file_bytes > 0 && status->st_size >= look->file_bytes;
    if (S_ISREG(status->st_mode) && is_full) look->disk.has_full_file = true;
}

// False once there is more to look at than there may be.
static bool has_room(struct look *look) {
    if (++look->entries > ENTRIES_MAX) look->disk.is_counted = false;
    return look->disk.is_counted;
}

// Takes over `folder`.
static void add_folder(struct look *look, int folder, int depth) {
    DIR *list = depth < DEPTH_MAX ? fdopendir(folder) : NULL;
    if (!list) {
        close(folder);
        look->disk.is_counted = false;
        return;
    }
    for (struct dirent *entry; look->disk.is_counted && (entry = readdir(list));) {
        struct stat status;
        if (is_itself(entry->d_name)) continue;
        has_room(look);
        if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (status.st_dev != look->device) continue;
        add_file(look, &status);
        if (!S_ISDIR(status.st_mode)) continue;
        int inner = open_folder(folder, entry->d_name);
        if (inner >= 0) add_folder(look, inner, depth + 1);
    }
    closedir(list);
}

static bool is_seen(struct look *look, ino_t file) {
    for (size_t i = 0; i < look->seen_count; i++) {
        if (look->seen[i] == file) return true;
    }
    if (look->seen_count == look->seen_room) {
        size_t room = look->seen_room ? look->seen_room * 2 : 64;
        ino_t *more = room > UNNAMED_MAX ? NULL : realloc(look->seen, room * sizeof(ino_t));
        if (!more) {
            look->disk.is_counted = false;
            return true;
        }
        look->seen = more;
        look->seen_room = room;
    }
    look->seen[look->seen_count++] = file;
    return false;
}

// Only then is the file itself asked: another file system may not answer.
static bool was_in_home(const struct look *look, int list, const char *descriptor) {
    char path[PATH_MAX];
    ssize_t length = readlinkat(list, descriptor, path, sizeof path);
    return length > (ssize_t)look->home_length && path[look->home_length] == '/'
           && memcmp(path, look->home, look->home_length) == 0;
}

// What a process has open and nobody can find by a name any more.
static void add_unnamed(pid_t id, void *context) {
    struct look *look = context;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)id);
    DIR *list = opendir(path);
    if (!list) return;
    for (struct dirent *entry; look->disk.is_counted && (entry = readdir(list));) {
        struct stat status;
        // Processes may share thousands: what is beyond is looked at when these are closed.
        if (++look->descriptors > DESCRIPTORS_MAX) break;
        if (is_itself(entry->d_name) || !was_in_home(look, dirfd(list), entry->d_name)) continue;
        // The kernel's link leads to the file itself, whatever its text says.
        if (fstatat(dirfd(list), entry->d_name, &status, 0) != 0) continue;
        if (!S_ISREG(status.st_mode) || status.st_nlink > 0) continue;
        if (status.st_dev != look->device || is_seen(look, status.st_ino)) continue;
        has_room(look);
        add_file(look, &status);
    }
    closedir(list);
}

struct disk folder_walk(const char *path, long file_bytes) {
    struct look look = {.disk = {.is_counted = true}, .file_bytes = file_bytes};
    struct stat status;
    int folder = open_folder(AT_FDCWD, path);
    if (folder < 0) return look.disk;
    if (fstat(folder, &status) != 0) {
        close(folder);
        return look.disk;
    }
    look.device = status.st_dev;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, look.home, sizeof look.home);
    look.home_length = length > 0 ? (size_t)length : 0;
    // First what has no name: a file that loses it between the two is not counted twice so.
    if (look.home_length > 0) family_each(add_unnamed, &look);
    add_folder(&look, folder, 0);
    free(look.seen);
    return look.disk;
}

// Empties the folder `name` below `top`: files go, folders move up next to it, so that however deep
// they lie they are never deeper than this. True if it could be removed.
static bool flatten(int top, const char *name, unsigned *moved) {
    fchmodat(top, name, 0700, 0);
    int folder = open_folder(top, name);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    if (!list) {
        if (folder >= 0) close(folder);
        return false;
    }
    for (struct dirent *entry; (entry = readdir(list));) {
        if (is_itself(entry->d_name) || unlinkat(folder, entry->d_name, 0) == 0) continue;
        char place[32];
        snprintf(place, sizeof place, ".weir-%u", (*moved)++);
        // A folder that may not be written cannot be moved either.
        if (renameat(folder, entry->d_name, top, place) != 0 && errno == EACCES) {
            fchmodat(folder, entry->d_name, 0700, 0);
            renameat(folder, entry->d_name, top, place);
        }
    }
    closedir(list);
    return unlinkat(top, name, AT_REMOVEDIR) == 0;
}

void folder_remove(const char *path) {
    if (rmdir(path) == 0) return;
    chmod(path, 0700);
    unsigned moved = 0;
    // Each pass removes the folders that the pass before moved up; one that changes nothing is the
    // last.
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        int top = open_folder(AT_FDCWD, path);
        DIR *list = top < 0 ? NULL : fdopendir(top);
        if (!list) {
            if (top >= 0) close(top);
            break;
        }
        for (struct dirent *entry; (entry = readdir(list));) {
            if (is_itself(entry->d_name)) continue;
            is_changed |= unlinkat(top, entry->d_name, 0) == 0
                          || flatten(top, entry->d_name, &moved);
        }
        closedir(list);
    }
    rmdir(path);
}
