/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk-presence.h"
#include "disk.h"
#include "listed-snapshot.h"
#include "snapshot.h"

/**
 * FirnDiskTables:
 *
 * The snapshots that exist on a VM's disks, by tag. Lookups do not take time in proportion to the
 * number of records. Any thread.
 */
typedef struct _FirnDiskTables FirnDiskTables;

/**
 * firn_disk_tables_new:
 * @disks: (element-type FirnDisk): disks with their snapshot tables
 * @look: (transfer full): other state that was read for the records
 * @listed: (nullable) (element-type FirnListedSnapshot): foreign snapshots that the VM's source
 * lists
 *
 * Returns: (transfer full): the snapshot tables, by tag
 */
FirnDiskTables *firn_disk_tables_new(GPtrArray *disks,
                                     FirnDiskPresenceLook *look,
                                     GPtrArray *listed);

void firn_disk_tables_free(FirnDiskTables *self);

/**
 * firn_disk_tables_have:
 * @snapshot: a record
 *
 * A fast path of firn_disk_presence_look_judge(), which decides all other cases.
 *
 * Returns: %TRUE if every disk of the record has its tag exactly once
 */
gboolean firn_disk_tables_have(FirnDiskTables *self, const FirnSnapshot *snapshot);

/**
 * FirnForeignSnapshot:
 * @kind: "internal": in the images; "external": not in the images, or only in part; "covered":
 * listed by the VM's source, and possibly below an overlay; "empty": listed, but on no disk
 * @tag: its name in the images, or in the source's list
 * @created_s: seconds since the epoch
 * @disks: (element-type utf8): targets of the disks that have it
 * @id: QEMU's id of the snapshot on the first of these disks; "" if no disk has it
 *
 * A snapshot that firn did not make.
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
 * @records: (element-type FirnSnapshot): firn's own snapshots
 *
 * Returns: (transfer full) (element-type FirnForeignSnapshot): all other snapshots, one for each
 * tag, by time
 */
GPtrArray *firn_disk_tables_list_foreign(FirnDiskTables *self, GPtrArray *records);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDiskTables, firn_disk_tables_free)
