/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vss-library.h"

#include <stdbool.h>

/**
 * FirnWriterCalls:
 * @identify: what the writer backs up is asked for; may come at any moment
 * @prepare_backup: a requester has chosen components
 * @prepare_snapshot: the last moment for file I/O
 * @freeze: writes will be held
 * @thaw: writes are no longer held
 * @abort_snapshot: the snapshot has failed; may come from another thread
 * @backup_complete: the requester is content
 * @backup_shutdown: the requester of @snapshot_set has ended
 *
 * VSS's calls that this writer acts on. False refuses, where VSS looks at it.
 */
typedef struct {
    bool (*identify)(void *data, IVssCreateWriterMetadata *metadata);
    bool (*prepare_backup)(void *data);
    bool (*prepare_snapshot)(void *data);
    bool (*freeze)(void *data);
    bool (*thaw)(void *data);
    bool (*abort_snapshot)(void *data);
    bool (*backup_complete)(void *data);
    bool (*backup_shutdown)(void *data, const GUID *snapshot_set);
} FirnWriterCalls;

/**
 * FirnWriterObject:
 * @table: the methods, as VSS calls them
 * @calls: (unowned): and where they lead to
 * @data: (unowned): for @calls
 *
 * An object of the class CVssWriter as Microsoft's C++ for x86-64 lays it out: its first word
 * points to a table of methods, of which the first is a destructor. VSS sees nothing of the rest.
 * C++ of GCC cannot make such an object, because its tables have two destructors.
 */
typedef struct {
    const void *table;
    const FirnWriterCalls *calls;
    void *data;
} FirnWriterObject;

/**
 * firn_writer_object_init:
 * @self: (out)
 */
void firn_writer_object_init(FirnWriterObject *self, const FirnWriterCalls *calls, void *data);
