// An order is a length of four bytes, in the order of the machine, and texts that end with a zero
// byte: `program=/path`, `files=1024`, `env=NAME=VALUE`.
#include "parts.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The server keeps its orders far below this.
enum { ORDER_BYTES_MAX = 1 << 20 };

static bool read_all(int from, void *into, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t got = read(from, (char *)into + done, count - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        done += (size_t)got;
    }
    return true;
}

// The value, if the text begins with this name.
static char *value(char *text, const char *name) {
    size_t length = strlen(name);
    return strncmp(text, name, length) == 0 && text[length] == '=' ? text + length + 1 : NULL;
}

bool order_read(int control, struct order *order) {
    uint32_t length = 0;
    if (!read_all(control, &length, sizeof length) || length == 0 || length > ORDER_BYTES_MAX) {
        return false;
    }
    char *text = malloc(length);
    if (!text || !read_all(control, text, length) || text[length - 1] != 0) return false;
    size_t texts = 0;
    for (uint32_t i = 0; i < length; i++) texts += text[i] == 0;
    memset(order, 0, sizeof *order);
    order->groups = "";
    order->environment = calloc(texts + 3, sizeof(char *));
    if (!order->environment) return false;
    struct {
        const char *name;
        char **place;
    } words[] = {
        {"program", &order->program},
        {"folder", &order->folder},
        {"name", &order->name},
        {"groups", &order->groups},
    };
    struct {
        const char *name;
        long *place;
    } numbers[] = {
        {"files", &order->files},         {"file_bytes", &order->file_bytes},
        {"memory", &order->memory_bytes}, {"processes", &order->processes},
        {"disk", &order->disk_bytes},
    };
    for (char *at = text; at < text + length; at += strlen(at) + 1) {
        char *found = value(at, "env");
        if (found) {
            order->environment[order->variables++] = found;
            continue;
        }
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if ((found = value(at, words[i].name))) *words[i].place = found;
        }
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            if ((found = value(at, numbers[i].name))) *numbers[i].place = atol(found);
        }
    }
    return order->program && order->folder && order->name;
}
