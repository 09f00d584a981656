/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

/**
 * firn_qcow2_check:
 * @cut: the disks to cut
 * @blockers: (element-type FirnBlocker): the blockers found are added to it
 *
 * The check of #FirnQcow2Backend. Checks each writable disk of @cut; changes nothing.
 */
void firn_qcow2_check(const FirnCut *cut, GPtrArray *blockers);

/**
 * firn_qcow2_check_estimate:
 * @disk: a disk with size and table
 * @cluster_bytes: cluster size of its image, more than 0
 *
 * Estimates by how much a snapshot enlarges the image file: a copy of the L1 table, a new snapshot
 * table, and the refcounts of both. An upper bound; does not include what the guest writes later.
 *
 * Returns: bytes
 */
guint64 firn_qcow2_check_estimate(const FirnDisk *disk, guint64 cluster_bytes);
