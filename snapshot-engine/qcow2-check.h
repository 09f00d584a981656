/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

/**
 * firn_qcow2_check:
 * @cut: what is going to be cut
 * @blockers: (element-type FirnBlocker): gets what stands in the way
 *
 * The check of #FirnQcow2Backend. Looks at each writable disk of @cut; changes nothing.
 */
void firn_qcow2_check(const FirnCut *cut, GPtrArray *blockers);

/**
 * firn_qcow2_check_estimate:
 * @disk: a disk with size and table
 * @cluster_bytes: cluster size of its image, more than 0
 *
 * Estimates what taking a snapshot adds to the image file: a copy of the L1 table, a new table of
 * snapshots, the refcounts of both. An upper bound; what the guest writes later is not in it.
 *
 * Returns: bytes
 */
guint64 firn_qcow2_check_estimate(const FirnDisk *disk, guint64 cluster_bytes);
