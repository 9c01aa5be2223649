// The guard's descendants. The kernel lists the children of each thread, so nobody else's processes
// are looked at. Such a list may miss one that is just being born: whoever kills walks again until
// waitpid says that there is nobody left.
#define _GNU_SOURCE
#include "parts.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct list {
    pid_t *ids;
    size_t count;
    size_t room;
};

// A fork bomb is found too large long before this.
enum { FAMILY_MAX = 200000 };

static void add(pid_t id, void *context) {
    struct list *list = context;
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 256;
        pid_t *ids = room > FAMILY_MAX ? NULL : realloc(list->ids, room * sizeof(pid_t));
        if (!ids) return;
        list->ids = ids;
        list->room = room;
    }
    list->ids[list->count++] = id;
}

// Calls `visit` for each process that a file of the kernel's lists.
static void visit_numbers(const char *path, family_visit *visit, void *context) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    char part[4096];
    long number = 0;
    ssize_t count;
    while ((count = read(file, part, sizeof part)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            if (part[i] >= '0' && part[i] <= '9') {
                number = number * 10 + (part[i] - '0');
            } else if (number > 0) {
                visit((pid_t)number, context);
                number = 0;
            }
        }
    }
    if (number > 0) visit((pid_t)number, context);
    close(file);
}

void family_children(pid_t id, family_visit *visit, void *context) {
    char path[96];
    snprintf(path, sizeof path, "/proc/%d/task", (int)id);
    DIR *threads = opendir(path);
    if (!threads) return;
    for (struct dirent *entry; (entry = readdir(threads));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/children", (int)id, entry->d_name);
        visit_numbers(path, visit, context);
    }
    closedir(threads);
}

// Memory that is the process's alone: what it shares with others is counted for nobody.
static long memory_of(pid_t id) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/statm", (int)id);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char text[128];
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    long pages = 0, shared = 0;
    if (count <= 0) return 0;
    text[count] = 0;
    if (sscanf(text, "%*d %ld %ld", &pages, &shared) != 2 || shared > pages) return 0;
    return (pages - shared) * sysconf(_SC_PAGESIZE);
}

// All that are known before any of them is touched: else the children of one that goes would be found
// one walk later.
static struct list descendants(void) {
    struct list list = {0};
    family_children(getpid(), add, &list);
    for (size_t next = 0; next < list.count; next++) family_children(list.ids[next], add, &list);
    return list;
}

struct family family_walk(int signal) {
    struct list list = descendants();
    struct family family = {.processes = (long)list.count};
    for (size_t i = 0; i < list.count; i++) {
        if (signal) {
            kill(list.ids[i], signal);
        } else {
            family.memory_bytes += memory_of(list.ids[i]);
        }
    }
    free(list.ids);
    return family;
}

void family_each(family_visit *visit, void *context) {
    struct list list = descendants();
    for (size_t i = 0; i < list.count; i++) visit(list.ids[i], context);
    free(list.ids);
}
