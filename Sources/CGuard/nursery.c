// The nursery: forks a guard for each job. A process of its own, so that the server, which is large
// and has threads, never forks; started once, because loading the program and its libraries anew for
// each job would take several times as long as most jobs.
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
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// The guards that run.
static pid_t *guards;
static size_t guard_count, guard_room;

static void remember(pid_t id) {
    if (guard_count == guard_room) {
        size_t room = guard_room ? guard_room * 2 : 64;
        pid_t *more = realloc(guards, room * sizeof(pid_t));
        if (!more) return;
        guards = more;
        guard_room = room;
    }
    guards[guard_count++] = id;
}

static void forget(pid_t id) {
    for (size_t i = 0; i < guard_count; i++) {
        if (guards[i] == id) guards[i] = guards[--guard_count];
    }
}

static void kill_unless_guard(pid_t id, void *context) {
    (void)context;
    for (size_t i = 0; i < guard_count; i++) {
        if (guards[i] == id) return;
    }
    kill(id, SIGKILL);
}

// Children that are no guards were left by one that was killed itself: they are nobody's now.
static void kill_orphans(void) {
    family_children(getpid(), kill_unless_guard, NULL);
}

// Each orphan that dies leaves its children here, and so they die one generation after the other.
// A guard is not to be stopped, least of all by its own program: it goes on at once. False once there
// are no children.
static bool reap(void) {
    bool has_reaped = false;
    int status;
    pid_t id;
    while ((id = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
        if (WIFSTOPPED(status)) {
            kill(id, SIGCONT);
            continue;
        }
        forget(id);
        has_reaped = true;
    }
    bool is_last = id < 0 && errno == ECHILD;
    if (has_reaped) kill_orphans();
    return !is_last;
}

// False once the server has gone.
static bool receive(int socket) {
    char byte;
    struct iovec part = {&byte, 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(WEIR_GUARD_DESCRIPTORS * sizeof(int))];
    } control;
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (got <= 0) return false;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (!head || head->cmsg_type != SCM_RIGHTS) return true;
    int descriptors[WEIR_GUARD_DESCRIPTORS];
    // Fewer come where this process has no room for more.
    size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(descriptors, CMSG_DATA(head), count * sizeof(int));
    if (count == WEIR_GUARD_DESCRIPTORS) {
        pid_t id = fork();
        if (id == 0) guard_main(descriptors);
        if (id > 0) remember(id);
    }
    // Without a guard the server finds its socket closed, and knows.
    for (size_t i = 0; i < count; i++) close(descriptors[i]);
    return true;
}

int weir_nursery_main(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    // What a guard leaves when it is killed itself comes here.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "weir-nursery");
    close_range(WEIR_NURSERY_DESCRIPTOR + 1, ~0U, 0);
    sigset_t told;
    sigemptyset(&told);
    sigaddset(&told, SIGCHLD);
    int signals = signalfd(-1, &told, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) return 1;
    struct pollfd waits[] = {
        {.fd = WEIR_NURSERY_DESCRIPTOR, .events = POLLIN},
        {.fd = signals, .events = POLLIN},
    };
    // Each guard notices by itself that the server has gone. It is looked after until it has ended.
    while (waits[0].fd >= 0 || reap()) {
        if (poll(waits, 2, -1) < 0 && errno != EINTR) return 1;
        if (waits[1].revents) {
            struct signalfd_siginfo info;
            while (read(signals, &info, sizeof info) > 0) {}
            reap();
        }
        if (waits[0].revents && !receive(WEIR_NURSERY_DESCRIPTOR)) {
            close(WEIR_NURSERY_DESCRIPTOR);
            waits[0].fd = -1;
        }
    }
    return 0;
}
