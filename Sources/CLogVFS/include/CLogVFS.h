// A SQLite VFS that joins what a commit appends to the write-ahead log.
//
// SQLite writes a header of 24 bytes and then a page, two calls for each page of a commit, and
// nobody may read any of it before the sync that ends the commit. Here these writes gather in
// memory, and the sync, or whatever else looks at the file, first writes them in one piece.
// Everything but the log is the base VFS's own.
//
// Only for connections that sync at each commit: without the sync other connections would be told
// of pages that are not in the file yet. What is gathered when the file closes was never committed.
#pragma once

/// The name to open databases with over the VFS `base`, where NULL is the system's own; made when
/// it is first asked for. NULL if there is no such base or no memory. From any thread.
const char *weir_log_vfs(const char *base);
