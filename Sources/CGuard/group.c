// The control group of a job, where cgroup v2 may be written: the kernel kills all in it at once,
// and holds it to its memory and processes where it was given those controllers.
#define _GNU_SOURCE
#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool put(const struct group *group, const char *name, const char *text) {
    char path[600];
    snprintf(path, sizeof path, "%s/%s", group->path, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    bool is_written = write(file, text, strlen(text)) == (ssize_t)strlen(text);
    close(file);
    return is_written;
}

bool group_find(struct group *group, const char *groups, const char *name, pid_t guard) {
    memset(group, 0, sizeof *group);
    if (!groups[0]) return false;
    group->is_wanted = true;
    int length =
        snprintf(group->path, sizeof group->path, "%s/%s-%d", groups, name, (int)guard);
    group->is_open = length < (int)sizeof group->path;
    return group->is_open;
}

void group_open(struct group *group, const struct order *order) {
    if (!group_find(group, order->groups, order->name, getpid())) return;
    group->is_open = mkdir(group->path, 0755) == 0;
    if (!group->is_open) return;
    char number[32];
    if (order->memory_bytes > 0) {
        snprintf(number, sizeof number, "%ld", order->memory_bytes);
        group->limits_memory = put(group, "memory.max", number);
        if (group->limits_memory) put(group, "memory.swap.max", "0");
    }
    if (order->processes > 0) {
        snprintf(number, sizeof number, "%ld", order->processes);
        group->limits_processes = put(group, "pids.max", number);
    }
}

bool group_enter(const struct group *group) {
    return group->is_open ? put(group, "cgroup.procs", "0") : !group->is_wanted;
}

void group_kill(const struct group *group) {
    if (group->is_open) put(group, "cgroup.kill", "1");
}

bool group_ran_out_of_memory(const struct group *group) {
    if (!group->limits_memory) return false;
    char path[600], line[128];
    snprintf(path, sizeof path, "%s/memory.events", group->path);
    FILE *file = fopen(path, "re");
    if (!file) return false;
    long kills = 0;
    while (fgets(line, sizeof line, file)) sscanf(line, "oom_kill %ld", &kills);
    fclose(file);
    return kills > 0;
}

void group_remove(const struct group *group) {
    if (group->is_open) rmdir(group->path);
}
