#pragma once
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <uv.h>

// All handles of libuv begin with the same fields; C casts between them, Swift has to be told how.

static inline uv_handle_t *weir_as_handle(void *handle) { return (uv_handle_t *)handle; }
static inline uv_stream_t *weir_as_stream(void *stream) { return (uv_stream_t *)stream; }

// glibc declares this only under _GNU_SOURCE, which a Clang module cannot set for itself.
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);

static inline int weir_accept(int socket) {
    return accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// In Swift the type of socket is an enum on some systems and a number on others.
static inline int weir_stream_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

// How many bytes the kernel holds that the peer has not acknowledged; negative if it cannot tell.
static inline int weir_unacknowledged_bytes(int socket) {
    int count = 0;
    return ioctl(socket, SIOCOUTQ, &count) == 0 ? count : -1;
}
