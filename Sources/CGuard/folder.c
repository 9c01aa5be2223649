// The temporary folder of a job: how much is in it, and its end. Programs make what they like there,
// so nothing follows a link, leaves the file system or counts on a path being short.
#define _GNU_SOURCE
#include "parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A look at more entries would take longer than the time between two looks.
enum { ENTRIES_MAX = 100000, DEPTH_MAX = 400 };

static bool is_itself(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int open_folder(int above, const char *name) {
    return openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// Takes over `folder`. False once there are too many entries, or folders in folders.
static bool add_bytes(int folder, int depth, dev_t device, long *bytes, long *entries) {
    DIR *list = depth < DEPTH_MAX ? fdopendir(folder) : NULL;
    if (!list) {
        close(folder);
        return false;
    }
    bool is_counted = true;
    for (struct dirent *entry; is_counted && (entry = readdir(list));) {
        struct stat status;
        if (is_itself(entry->d_name)) continue;
        if (++*entries > ENTRIES_MAX) is_counted = false;
        if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (status.st_dev != device) continue;
        *bytes += status.st_blocks * 512;
        if (!S_ISDIR(status.st_mode)) continue;
        int inner = open_folder(folder, entry->d_name);
        if (inner >= 0) is_counted = add_bytes(inner, depth + 1, device, bytes, entries) && is_counted;
    }
    closedir(list);
    return is_counted;
}

long folder_bytes(const char *path) {
    struct stat status;
    long bytes = 0, entries = 0;
    int folder = open_folder(AT_FDCWD, path);
    if (folder < 0 || fstat(folder, &status) != 0) return 0;
    return add_bytes(folder, 0, status.st_dev, &bytes, &entries) ? bytes : -1;
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
