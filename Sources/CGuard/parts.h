#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// What the guard's parts know of each other. A guard has one thread and serves one job.

// Zero means no limit.
struct order {
    char *program;
    char *folder;  // where the temporary folder is made
    char *name;    // of that folder and of the control group
    char *groups;  // a folder of cgroup v2, or ""
    long files;
    long file_bytes;
    long memory_bytes;
    long processes;
    long disk_bytes;
    char **environment;  // ends with NULL, and has room for two more before that
    size_t variables;
};

// Reads an order from the control socket; false if there is none.
bool order_read(int control, struct order *order);

struct family {
    long processes;
    long memory_bytes;
};

typedef void family_visit(pid_t child, void *context);

// Calls `visit` for each child of a process.
void family_children(pid_t id, family_visit *visit, void *context);

// The guard's descendants now. With `signal`, each gets it.
struct family family_walk(int signal);

// Calls `visit` for each of them.
void family_each(family_visit *visit, void *context);

struct disk {
    long bytes;
    bool is_counted;    // false where there is more to look at than anybody needs
    bool has_full_file; // a file has as many bytes as one may have
};

// What lies below a folder, with the files of its device that were unlinked and that the guard's
// descendants have open. `file_bytes` is how many bytes a file may have.
struct disk folder_walk(const char *path, long file_bytes);
// Removes a folder and all in it.
void folder_remove(const char *path);

struct group {
    char path[512];
    bool is_wanted;
    bool is_open;
    bool limits_memory;
    bool limits_processes;
};

// The control group of a guard's job; false where it can have none.
bool group_find(struct group *group, const char *groups, const char *name, pid_t guard);
// Makes the job's control group with its limits; not open where that cannot be.
void group_open(struct group *group, const struct order *order);
// Puts the calling process into it; false if there should be one and that cannot be.
bool group_enter(const struct group *group);
// Kills all in it at once.
void group_kill(const struct group *group);
// True if the kernel killed one of it for its memory.
bool group_ran_out_of_memory(const struct group *group);
void group_remove(const struct group *group);

// Runs one job to its end. Never returns.
_Noreturn void guard_main(const int descriptors[]);
