#pragma once
#include <sqlite3.h>

// Macros and varargs that Swift cannot import.

static inline int weir_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
    // A null pointer would bind NULL: an empty text keeps its type.
    return sqlite3_bind_text(statement, index, count == 0 ? "" : text, count, SQLITE_TRANSIENT);
}

static inline int weir_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    // A null pointer would bind NULL: an empty blob keeps its type.
    return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                      : sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

// Without it the last connection that closes writes the log into the file, which recovery must
// be the first to see.
static inline int weir_no_checkpoint_on_close(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// Counting its own memory costs SQLite a lock at every allocation, and nobody asks. Only before
// the first connection of the process.
static inline int weir_no_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// Small allocations of a connection come from slots of its own.
static inline int weir_lookaside(sqlite3 *database, int bytes, int count) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_LOOKASIDE, (void *)0, bytes, count);
}
