/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bus-client.h"

/**
 * FirnSnapshotRow:
 *
 * What GetTree tells of one snapshot. A foreign one has neither UUID nor verdict; its name is its
 * tag.
 */
typedef struct {
    GVariant *answer;        /* (owned) what the texts below belong to */
    const char *uuid;        /* "" for a foreign one */
    int parent;              /* index of its parent's row; -1: none */
    const char *parent_uuid; /* "" for none */
    const char *name;
    const char *verdict;
    guint64 created_us;
    const char *phase;
    const char *comment;
    const char *tag;
    guint64 frozen_for_us;
    const char *indications; /* separated by spaces */
    const char *foreign_id;  /* (nullable) QEMU's number of a foreign one */
    GVariant *foreign_disks; /* (owned) (nullable) "as": targets of the disks that have it */
    const char *kind;        /* (nullable) of a foreign one: "internal", "external" ... */
    gboolean is_current;
} FirnSnapshotRow;

/**
 * firn_snapshot_rows_fetch:
 *
 * Returns: (transfer full) (element-type FirnSnapshotRow): in tree order, foreign ones last
 */
GPtrArray *firn_snapshot_rows_fetch(FirnDBusVM *vm, GError **error);

/**
 * firn_snapshot_rows_are_hidden:
 * @vm: a VM with its properties loaded
 *
 * An unreadable catalogue looks like an empty one. Says on standard error that it is not.
 *
 * Returns: %TRUE if the VM's snapshots cannot be known
 */
gboolean firn_snapshot_rows_are_hidden(FirnDBusVM *vm);

/**
 * firn_snapshot_row_is_foreign:
 *
 * Returns: %TRUE if firn has not made it
 */
gboolean firn_snapshot_row_is_foreign(const FirnSnapshotRow *self);

/**
 * firn_snapshot_row_word:
 *
 * Returns: (transfer none): its verdict, or what is wrong with it: "unavailable", "foreign",
 * "foreign (external)" ...
 */
const char *firn_snapshot_row_word(const FirnSnapshotRow *self);

/**
 * firn_snapshot_row_to_json:
 * @vm_name: name of its VM
 *
 * Returns: (transfer floating): "a{sv}" for firn_json_print()
 */
GVariant *firn_snapshot_row_to_json(const FirnSnapshotRow *self, const char *vm_name);
