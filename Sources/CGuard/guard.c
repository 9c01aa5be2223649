// The guard of one job: runs its program, and at the end kills and reaps until nothing is left.
#define _GNU_SOURCE
#include "guard.h"
#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLE_MILLISECONDS = 250, DESCRIPTORS_FROM = 20 };

static struct order order;
static struct group group;
static char home[4096];
static int control;
static const char *limit = "none";
// A file was seen that is as large as one may be: whoever ignores SIGXFSZ, as Python does, can only
// say that writing failed.
static bool has_full_file;

static long now_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// One line, and the end. `stage` is where a program failed to start.
static _Noreturn void report(const char *kind, int value, const char *stage) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    long micros = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000
                  + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    char line[200];
    int length = snprintf(
        line, sizeof line, "%s %d %s %s %ld %ld\n", kind, value, stage, limit, micros,
        usage.ru_maxrss);
    // If nobody listens any more, nobody has to know.
    send(control, line, (size_t)length, MSG_NOSIGNAL);
    _exit(0);
}

static void put_limit(int resource, long most) {
    if (most <= 0) return;
    struct rlimit both = {(rlim_t)most, (rlim_t)most};
    setrlimit(resource, &both);
}

// In the new process, which shares this one's memory until it has become the program: all it does
// is calls of the system, and it changes nothing of ours but `failure` and `is_outside`.
static void become_program(
    const int descriptors[], pid_t guard, volatile int *failure, volatile bool *is_outside) {
    setpgid(0, 0);
    // Should the guard be killed, this goes too; the nursery does the rest.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != guard) _exit(127);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    for (int i = 0; i <= WEIR_GUARD_CHANNEL; i++) dup2(descriptors[i], i);
    close_range(WEIR_GUARD_CHANNEL + 1, ~0U, 0);
    if (!group_enter(&group)) *is_outside = true;
    // Who runs the machine out of memory goes before those that keep order.
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) {
        ssize_t ignored = write(score, "500", 3);
        (void)ignored;
        close(score);
    }
    put_limit(RLIMIT_NOFILE, order.files);
    put_limit(RLIMIT_FSIZE, order.file_bytes);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    umask(022);
    sigset_t open_to_all;
    sigemptyset(&open_to_all);
    sigprocmask(SIG_SETMASK, &open_to_all, NULL);
    if (chdir(home) == 0) {
        char *words[] = {order.program, NULL};
        execve(order.program, words, order.environment);
    }
    *failure = errno;
    _exit(127);
}

static pid_t begin(const int descriptors[]) {
    volatile int failure = 0;
    volatile bool is_outside = false;
    pid_t guard = getpid();
    // Not fork: the memory need not be copied for a process that drops it at once.
    pid_t program = vfork();
    if (program == 0) become_program(descriptors, guard, &failure, &is_outside);
    int error = program < 0 ? errno : failure;
    for (int i = 0; i <= WEIR_GUARD_CHANNEL; i++) close(descriptors[i]);
    if (error == 0) {
        // Its group holds it to nothing then: what it takes is looked at instead.
        if (is_outside) group.limits_memory = group.limits_processes = false;
        const char *line = is_outside ? "started outside\n" : "started\n";
        send(control, line, strlen(line), MSG_NOSIGNAL);
        return program;
    }
    if (program > 0) waitpid(program, NULL, 0);
    folder_remove(home);
    group_remove(&group);
    // A folder of the kind that was removed or replaced is no fault of the job's.
    bool is_gone = (error == ENOENT || error == ENOTDIR) && access(order.program, F_OK) != 0;
    report("unstarted", error, program < 0 ? "fork" : is_gone ? "gone" : "exec");
}

// True once the program has ended. It is not reaped then: as long as it is not, no other process
// can get its number, and its group can be killed by it.
static bool has_ended(pid_t program) {
    while (true) {
        siginfo_t info;
        info.si_pid = 0;
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return true;
        if (info.si_pid == 0) return false;
        if (info.si_pid == program) return true;
        waitpid(info.si_pid, NULL, 0);
    }
}

// True if the family has more than it may have, of what no control group holds it to.
static bool is_over_limit(void) {
    bool counts_memory = order.memory_bytes > 0 && !group.limits_memory;
    bool counts_processes = order.processes > 0 && !group.limits_processes;
    if (counts_memory || counts_processes) {
        struct family family = family_walk(0);
        if (counts_memory && family.memory_bytes > order.memory_bytes) limit = "memory";
        if (counts_processes && family.processes > order.processes) limit = "processes";
    }
    if (order.disk_bytes > 0) {
        struct disk disk = folder_walk(home, order.file_bytes);
        if (!disk.is_counted || disk.bytes > order.disk_bytes) limit = "disk";
        has_full_file |= disk.has_full_file;
    }
    return strcmp(limit, "none") != 0;
}

// Does what the server says. True if the job has to end, because it says so or is no more.
static bool has_to_end(pid_t program) {
    char bytes[16];
    ssize_t count = recv(control, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count < 0) return errno != EAGAIN && errno != EINTR;
    if (count == 0) return true;
    for (ssize_t i = 0; i < count; i++) {
        if (bytes[i] == 'K') return true;
        if (bytes[i] == 'T') kill(-program, SIGTERM);
    }
    return false;
}

// Waits until the program has ended, or has to.
static void watch(pid_t program, int signals) {
    long sample = now_milliseconds() + SAMPLE_MILLISECONDS;
    struct pollfd waits[] = {
        {.fd = control, .events = POLLIN},
        {.fd = signals, .events = POLLIN},
    };
    while (true) {
        long wait = sample - now_milliseconds();
        int ready = poll(waits, 2, wait > 0 ? (int)wait : 0);
        if (ready > 0 && waits[1].revents) {
            struct signalfd_siginfo info;
            while (read(signals, &info, sizeof info) > 0) {
                // Whoever ends the guard ends the job.
                if (info.ssi_signo != SIGCHLD) return;
            }
            if (has_ended(program)) return;
        }
        if (ready > 0 && waits[0].revents && has_to_end(program)) return;
        if (wait <= 0) {
            if (is_over_limit()) return;
            sample = now_milliseconds() + SAMPLE_MILLISECONDS;
        }
    }
}

// Kills and reaps until nothing is left, and gives the program's status. What has left the group,
// or its parents, is still of the family: all of it comes to this process in the end.
static int end_all(pid_t program) {
    kill(-program, SIGKILL);
    group_kill(&group);
    int status = 0, result = 0;
    while (true) {
        pid_t id = waitpid(-1, &status, WNOHANG);
        if (id == 0) {
            family_walk(SIGKILL);
            id = waitpid(-1, &status, 0);
        }
        if (id == program) result = status;
        if (id < 0 && errno == ECHILD) return result;
    }
}

static int open_signals(void) {
    sigset_t told;
    sigemptyset(&told);
    static const int numbers[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaddset(&told, numbers[i]);
    return signalfd(-1, &told, SFD_CLOEXEC | SFD_NONBLOCK);
}

_Noreturn void guard_main(const int received[]) {
    int descriptors[WEIR_GUARD_DESCRIPTORS];
    for (int i = 0; i < WEIR_GUARD_DESCRIPTORS; i++) {
        descriptors[i] = fcntl(received[i], F_DUPFD_CLOEXEC, DESCRIPTORS_FROM);
        if (descriptors[i] < 0) _exit(1);
    }
    control = descriptors[WEIR_GUARD_CONTROL];
    close_range(3, DESCRIPTORS_FROM - 1, 0);
    // The nursery numbers what it receives from the bottom, so nothing lies above ours.
    prctl(PR_SET_NAME, "weir-guard");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (!order_read(control, &order)) _exit(1);
    // A server that has gone meanwhile wants nothing started.
    char byte;
    if (recv(control, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) _exit(0);
    int signals = open_signals();
    if (signals < 0) report("unstarted", errno, "guard");
    // Looking into folders in folders takes a descriptor each.
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) put_limit(RLIMIT_NOFILE, (long)files.rlim_max);
    umask(077);
    int length = snprintf(home, sizeof home, "%s/%s-XXXXXX", order.folder, order.name);
    if (length >= (int)sizeof home) report("unstarted", ENAMETOOLONG, "folder");
    if (!mkdtemp(home)) report("unstarted", errno, "folder");
    static char temporary[sizeof home + 8], own[sizeof home + 8];
    snprintf(temporary, sizeof temporary, "TMPDIR=%s", home);
    snprintf(own, sizeof own, "HOME=%s", home);
    order.environment[order.variables++] = temporary;
    order.environment[order.variables++] = own;
    group_open(&group, &order);
    // By these the server finds what is left, should this process not come to its end.
    char line[sizeof home];
    length = snprintf(line, sizeof line, "guard %d %s\n", (int)getpid(), strrchr(home, '/') + 1);
    send(control, line, (size_t)length, MSG_NOSIGNAL);
    pid_t program = begin(descriptors);
    watch(program, signals);
    int status = end_all(program);
    if (WIFSIGNALED(status) && group_ran_out_of_memory(&group)) limit = "memory";
    if (strcmp(limit, "none") == 0 && WIFEXITED(status) && WEXITSTATUS(status) != 0) {
        if (has_full_file || folder_walk(home, order.file_bytes).has_full_file) limit = "file";
    }
    folder_remove(home);
    group_remove(&group);
    if (WIFSIGNALED(status)) report("signal", WTERMSIG(status), "-");
    report("exit", WEXITSTATUS(status), "-");
}
