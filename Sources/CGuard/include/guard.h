#pragma once
#include <stddef.h>

// The processes between a server and the programs of its jobs, in plain C: they fork, which Swift
// cannot, and have one thread and no loop.
//
// The *nursery* is started once, as `weir child-guard`. For each job it forks a *guard*, which runs
// the job's program as its child and, at the end, kills and reaps until nothing is left.

// What a nursery is sent for each job, in this order.
enum {
    WEIR_GUARD_INPUT,    // the program's standard input
    WEIR_GUARD_OUTPUT,   // its standard output
    WEIR_GUARD_ERRORS,   // its standard error
    WEIR_GUARD_CHANNEL,  // its fd 3
    WEIR_GUARD_CONTROL,  // the guard's own: the order comes in, the report goes out
    WEIR_GUARD_DESCRIPTORS
};

// The descriptor on which a nursery is sent work.
enum { WEIR_NURSERY_DESCRIPTOR = 3 };

// Runs a nursery until its socket ends; returns the exit code.
int weir_nursery_main(void);

// What follows is for the server. All descriptors are closed on exec; -1 with errno on failure.

// A pipe whose reading end, ends[0], does not block.
int weir_guard_pipe(int ends[2]);
// Two connected sockets; ends[0], the server's, does not block.
int weir_guard_control_pair(int ends[2]);
// The same for whole messages, between server and nursery.
int weir_nursery_pair(int ends[2]);
// A sealed file in memory that holds these bytes, to be read from its beginning.
int weir_guard_payload(const void *bytes, size_t count);
// Sends a nursery the descriptors of one job; they may be closed afterwards.
int weir_nursery_send(int nursery, const int descriptors[WEIR_GUARD_DESCRIPTORS]);
// A folder of cgroup v2 in which this process may make groups; "" if there is none. It lies below
// the group of this process or, where that one is a part of a group that was delegated, beside it
// if that can be: a group that holds processes has no controllers to give. `room` is the size of
// `path`. Where there is none, gives the error of the system if groups could be made and not
// entered, else 0.
int weir_guard_find_groups(char *path, size_t room);
// What the groups in that folder limit: any of these.
enum { WEIR_GROUPS_MEMORY = 1, WEIR_GROUPS_PROCESSES = 2 };
int weir_guard_groups_limit(const char *path);
// Removes that folder at the end, once no group in it has processes.
void weir_guard_leave_groups(const char *path);

// Makes a folder of this process in `above`, and removes those of processes that are gone. It is
// this process's until that ends.
int weir_guard_make_place(const char *above, char *path, size_t room);
// Removes a folder and all in it.
void weir_guard_remove(const char *path);
// Lets a guard go on that was stopped, or kills it. It is alive as long as its socket is open.
void weir_guard_wake(int guard);
void weir_guard_kill(int guard);
// Removes what a guard that was killed has left, the job's folder and its control group, with all that
// is in the latter; tries so long. `groups` and `name` are those of its order.
void weir_guard_sweep(
    const char *folder, const char *groups, const char *name, int guard, long milliseconds);
void weir_guard_close(int descriptor);
// What the last of these calls set errno to, on this thread.
int weir_guard_error(void);
void weir_guard_error_text(int error, char *text, size_t room);
