// The server's side: what it makes for a job before it sends it to the nursery.
#define _GNU_SOURCE
#include "guard.h"
#include "parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static int end_not_blocking(int ends[2]) {
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    errno = error;
    return -1;
}

int weir_guard_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC) == 0 ? end_not_blocking(ends) : -1;
}

int weir_guard_control_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ? end_not_blocking(ends)
                                                                         : -1;
}

int weir_nursery_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0
               ? end_not_blocking(ends)
               : -1;
}

int weir_guard_payload(const void *bytes, size_t count) {
    int file = memfd_create("weir-payload", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return -1;
    size_t done = 0;
    while (done < count) {
        ssize_t written = write(file, (const char *)bytes + done, count - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) goto failed;
        done += (size_t)written;
    }
    if (lseek(file, 0, SEEK_SET) < 0) goto failed;
    if (fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
        goto failed;
    }
    return file;
failed:;
    int error = errno;
    close(file);
    errno = error;
    return -1;
}

int weir_nursery_send(int nursery, const int descriptors[WEIR_GUARD_DESCRIPTORS]) {
    char byte = 'J';
    struct iovec part = {&byte, 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(WEIR_GUARD_DESCRIPTORS * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(WEIR_GUARD_DESCRIPTORS * sizeof(int));
    memcpy(CMSG_DATA(head), descriptors, WEIR_GUARD_DESCRIPTORS * sizeof(int));
    while (true) {
        ssize_t sent = sendmsg(nursery, &message, MSG_NOSIGNAL);
        if (sent == 1) return 0;
        if (sent >= 0 || errno != EINTR) return -1;
    }
}

// The path of this process in cgroup v2: the line of /proc/self/cgroup that begins with "0::".
static bool own_group(char *path, size_t room) {
    FILE *file = fopen("/proc/self/cgroup", "re");
    if (!file) return false;
    char line[512];
    bool is_found = false;
    while (!is_found && fgets(line, sizeof line, file)) {
        if (strncmp(line, "0::", 3) != 0) continue;
        line[strcspn(line, "\n")] = 0;
        is_found = (size_t)snprintf(path, room, "%s", line + 3) < room;
    }
    fclose(file);
    return is_found;
}

void weir_guard_leave_groups(const char *path) {
    DIR *list = opendir(path);
    if (!list) return;
    for (struct dirent *entry; (entry = readdir(list));) {
        // Files of the kernel's stay, and so do groups that have processes.
        if (entry->d_name[0] != '.') unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR);
    }
    closedir(list);
    rmdir(path);
}

// How many processes a group has; -1 if one of them is of another namespace of processes than this
// one, whose runner cannot be looked for here.
static int count_own(int folder) {
    char own[64] = "", path[64], other[64], line[32];
    if (readlink("/proc/self/ns/pid", own, sizeof own - 1) < 0) return -1;
    int file = openat(folder, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    FILE *members = fdopen(file, "r");
    if (!members) {
        close(file);
        return -1;
    }
    int count = 0;
    while (count >= 0 && fgets(line, sizeof line, members)) {
        snprintf(path, sizeof path, "/proc/%d/ns/pid", atoi(line));
        ssize_t length = readlink(path, other, sizeof other - 1);
        if (length < 0 && errno == ENOENT && atoi(line) > 0) continue;
        if (length >= 0) other[length] = 0;
        count = length >= 0 && strcmp(own, other) == 0 ? count + 1 : -1;
    }
    fclose(members);
    return count;
}

// Kills what runs on in the groups of a runner that was killed together with all its guards. True if
// there was something.
static bool kill_left(const char *path) {
    DIR *list = opendir(path);
    if (!list) return false;
    bool is_any = false;
    for (struct dirent *entry; (entry = readdir(list));) {
        if (entry->d_name[0] == '.' || entry->d_type != DT_DIR) continue;
        int folder = openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0) continue;
        int killer = -1;
        if (count_own(folder) > 0) killer = openat(folder, "cgroup.kill", O_WRONLY | O_CLOEXEC);
        if (killer >= 0) {
            is_any |= write(killer, "1", 1) == 1;
            close(killer);
        }
        close(folder);
    }
    closedir(list);
    return is_any;
}

// Runners that were killed leave theirs.
static void remove_left_groups(const char *above) {
    DIR *list = opendir(above);
    if (!list) return;
    for (struct dirent *entry; (entry = readdir(list));) {
        int id = 0;
        char path[1100];
        if (sscanf(entry->d_name, "weir-%d", &id) != 1 || id == 0) continue;
        if (kill(id, 0) == 0 || errno != ESRCH) continue;
        snprintf(path, sizeof path, "%s/%s", above, entry->d_name);
        // A group can go once the last of its processes has.
        int looks = kill_left(path) ? 50 : 1;
        while (weir_guard_leave_groups(path), looks-- > 1 && access(path, F_OK) == 0) usleep(10000);
    }
    closedir(list);
}

// True of a group that was given to its owner to divide. Root may write into all of them, so that
// only the mark counts, which systemd makes (Delegate=) and which anybody may make.
static bool is_delegated(const char *path) {
    static const char *const marks[] = {"user.delegate", "trusted.delegate"};
    for (int i = 0; i < 2; i++) {
        char mark = 0;
        if (getxattr(path, marks[i], &mark, 1) == 1 && mark == '1') return true;
    }
    return false;
}

static const char *const controllers[] = {"memory", "pids"};

// Lets the groups in a folder have the controllers that it has itself.
static void give_controllers(const char *path) {
    char file[1200], word[16];
    snprintf(file, sizeof file, "%s/cgroup.subtree_control", path);
    for (int i = 0; i < 2; i++) {
        int control = open(file, O_WRONLY | O_CLOEXEC);
        if (control < 0) return;
        snprintf(word, sizeof word, "+%s", controllers[i]);
        // `weir_guard_groups_limit` tells what came of it.
        ssize_t ignored = write(control, word, strlen(word));
        (void)ignored;
        close(control);
    }
}

int weir_guard_groups_limit(const char *path) {
    char file[1200], line[512] = " ";
    snprintf(file, sizeof file, "%s/cgroup.subtree_control", path);
    FILE *control = fopen(file, "re");
    if (!control) return 0;
    bool is_read = fgets(line + 1, sizeof line - 2, control) != NULL;
    fclose(control);
    if (!is_read) return 0;
    line[strcspn(line, "\n")] = 0;
    strcat(line, " ");
    return (strstr(line, " memory ") ? WEIR_GROUPS_MEMORY : 0)
           | (strstr(line, " pids ") ? WEIR_GROUPS_PROCESSES : 0);
}

// Has a process enter a group, as each program does; the error if that cannot be.
static int try_group(const char *groups) {
    char path[1200], file[1220];
    snprintf(path, sizeof path, "%s/trial", groups);
    snprintf(file, sizeof file, "%s/cgroup.procs", path);
    if (mkdir(path, 0755) != 0 && errno != EEXIST) return errno;
    int error = 0, status = 0;
    // Started by who ignores the ends of children, this process could not wait for one.
    struct sigaction ends;
    if (sigaction(SIGCHLD, NULL, &ends) == 0 && ends.sa_handler == SIG_IGN) {
        signal(SIGCHLD, SIG_DFL);
    }
    pid_t child = fork();
    if (child == 0) {
        int members = open(file, O_WRONLY | O_CLOEXEC);
        _exit(members >= 0 && write(members, "0", 1) == 1 ? 0 : errno);
    }
    if (child < 0) {
        error = errno;
    } else {
        pid_t ended;
        while ((ended = waitpid(child, &status, 0)) < 0 && errno == EINTR) {}
        error = ended < 0 ? errno : WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
    }
    rmdir(path);
    return error;
}

// Makes this process's folder in a group, and gives it the controllers that there are. No path
// where it cannot be made or no process can enter groups in it; `error` is for the latter.
static void make_groups(const char *above, char *path, size_t room, int *error) {
    remove_left_groups(above);
    int length = snprintf(path, room, "%s/weir-%d", above, (int)getpid());
    bool is_made = length < (int)room && (mkdir(path, 0755) == 0 || errno == EEXIST);
    if (is_made && (*error = try_group(path)) == 0) {
        give_controllers(path);
    } else {
        if (is_made) rmdir(path);
        path[0] = 0;
    }
}

int weir_guard_find_groups(char *path, size_t room) {
    path[0] = 0;
    char own[512];
    FILE *mounts = own_group(own, sizeof own) ? fopen("/proc/self/mounts", "re") : NULL;
    if (!mounts) return 0;
    char line[1024];
    int error = 0;
    while (!path[0] && fgets(line, sizeof line, mounts)) {
        char place[512], type[64];
        if (sscanf(line, "%*s %511s %63s", place, type) != 2 || strcmp(type, "cgroup2") != 0) {
            continue;
        }
        char above[1030];
        snprintf(above, sizeof above, "%s%s", place, strcmp(own, "/") == 0 ? "" : own);
        size_t part = strlen(above) - strlen(strrchr(above, '/'));
        char beside[1030];
        snprintf(beside, sizeof beside, "%.*s", (int)part, above);
        if (part > strlen(place) && is_delegated(beside)) {
            give_controllers(beside);
            make_groups(beside, path, room, &error);
        }
        // Below its own there are no controllers, but all in a group can be killed at once.
        if (!path[0]) make_groups(above, path, room, &error);
    }
    fclose(mounts);
    return error;
}

// Nobody names a folder of his own like this: what is left of it is removed.
#define PLACE_PREFIX ".weir-runner-"
#define PLACE_RANDOM "XXXXXX"

// A folder whose owner lives is locked by it, whatever container it lives in.
static void remove_left_places(const char *above) {
    DIR *list = opendir(above);
    if (!list) return;
    for (struct dirent *entry; (entry = readdir(list));) {
        if (strncmp(entry->d_name, PLACE_PREFIX, strlen(PLACE_PREFIX)) != 0) continue;
        if (strlen(entry->d_name) != strlen(PLACE_PREFIX PLACE_RANDOM)) continue;
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", above, entry->d_name);
        int place = length < (int)sizeof path
                        ? open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                        : -1;
        if (place < 0) continue;
        struct stat status;
        if (fstat(place, &status) == 0 && status.st_uid == geteuid()
            && flock(place, LOCK_EX | LOCK_NB) == 0) {
            folder_remove(path);
        }
        close(place);
    }
    closedir(list);
}

int weir_guard_make_place(const char *above, char *path, size_t room) {
    remove_left_places(above);
    // Another process may take it for left between its making and its lock.
    for (int tries = 0; tries < 10; tries++) {
        int length = snprintf(path, room, "%s/" PLACE_PREFIX PLACE_RANDOM, above);
        if (length >= (int)room) {
            errno = ENAMETOOLONG;
            return -1;
        }
        if (!mkdtemp(path)) return -1;
        // Kept open until the process ends, and the lock with it.
        int place = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct stat status;
        if (place >= 0 && flock(place, LOCK_EX | LOCK_NB) == 0 && stat(path, &status) == 0) {
            return 0;
        }
        if (place >= 0) close(place);
    }
    errno = EAGAIN;
    return -1;
}

void weir_guard_remove(const char *path) { folder_remove(path); }

void weir_guard_wake(int guard) { kill(guard, SIGCONT); }

void weir_guard_kill(int guard) { kill(guard, SIGKILL); }

enum { SWEEP_MILLISECONDS = 50 };

void weir_guard_sweep(
    const char *folder, const char *groups, const char *name, int guard, long milliseconds) {
    struct group group;
    bool has_group = group_find(&group, groups, name, guard);
    for (long left = milliseconds; left > 0; left -= SWEEP_MILLISECONDS) {
        if (has_group) {
            group_kill(&group);
            group_remove(&group);
        }
        folder_remove(folder);
        bool is_left = access(folder, F_OK) == 0 || (has_group && access(group.path, F_OK) == 0);
        if (!is_left) return;
        struct timespec pause = {0, SWEEP_MILLISECONDS * 1000000L};
        nanosleep(&pause, NULL);
    }
}

void weir_guard_close(int descriptor) { close(descriptor); }

int weir_guard_error(void) { return errno; }

void weir_guard_error_text(int error, char *text, size_t room) {
    // The system's text may be elsewhere than in the room that it was given.
    char found[128];
    snprintf(text, room, "%s", strerror_r(error, found, sizeof found));
}
