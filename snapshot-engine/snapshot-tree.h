/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot.h"

/**
 * firn_snapshot_tree_order:
 * @snapshots: (element-type FirnSnapshot): all records of a VM, in any order
 *
 * Parents come before children, siblings by time of creation; records whose parent is unknown count
 * as roots. Linear in time.
 *
 * Returns: (transfer full) (element-type FirnSnapshot): the same records in tree order, with
 * references of their own
 */
GPtrArray *firn_snapshot_tree_order(GPtrArray *snapshots);

/**
 * firn_snapshot_tree_descendants:
 * @snapshots: (element-type FirnSnapshot): all records of a VM
 * @uuid: UUID of one of them
 *
 * Returns: (transfer full) (element-type FirnSnapshot): its descendants without itself, leaves
 * first
 */
GPtrArray *firn_snapshot_tree_descendants(GPtrArray *snapshots, const char *uuid);
