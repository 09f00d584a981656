/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"
#include "listed-snapshot.h"
#include "presence.h"
#include "snapshot.h"

/**
 * FirnDiskTables:
 *
 * What is really on the disks of a VM, by tag, in time that does not grow with records times
 * entries. Any thread.
 */
typedef struct _FirnDiskTables FirnDiskTables;

/**
 * firn_disk_tables_new:
 * @disks: (element-type FirnDisk): disks with their tables
 * @look: (transfer full): what else was read for the records
 * @listed: (nullable) (element-type FirnListedSnapshot): what the VM's source lists besides firn's
 *
 * Returns: (transfer full): their tables, by tag
 */
FirnDiskTables *firn_disk_tables_new(GPtrArray *disks, FirnPresenceLook *look, GPtrArray *listed);

/**
 * firn_disk_tables_free:
 * @self: (nullable): tables
 */
void firn_disk_tables_free(FirnDiskTables *self);

/**
 * firn_disk_tables_have:
 * @self: tables
 * @snapshot: a record
 *
 * As firn_presence_look_judge(), which decides in the unusual case.
 *
 * Returns: %TRUE if every disk of the record has its tag exactly once
 */
gboolean firn_disk_tables_have(FirnDiskTables *self, const FirnSnapshot *snapshot);

/**
 * FirnForeignSnapshot:
 * @kind: "internal": in the images; "external": not, or not all of it; "covered": listed by the
 * VM's source, and perhaps below an overlay; "empty": listed, and nowhere
 * @tag: its name in the images, or in the source's list
 * @created_s: seconds since the epoch
 * @disks: (element-type utf8): targets of the disks that have it
 * @id: QEMU's number of it on the first of these disks; "" if none has it
 *
 * A snapshot that firn has not made.
 */
typedef struct {
    const char *kind;
    char *tag; /* (owned) */
    gint64 created_s;
    GPtrArray *disks; /* (owned) (element-type utf8) */
    char *id;         /* (owned) */
} FirnForeignSnapshot;

/**
 * firn_disk_tables_list_foreign:
 * @self: tables
 * @records: (element-type FirnSnapshot): what firn has made
 *
 * Returns: (transfer full) (element-type FirnForeignSnapshot): the rest, one for each tag, by time
 */
GPtrArray *firn_disk_tables_list_foreign(FirnDiskTables *self, GPtrArray *records);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDiskTables, firn_disk_tables_free)
