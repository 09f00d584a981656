/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

/**
 * firn_revert_check:
 * @cut: disks of a VM that runs or is off, and the snapshot to which they are to be reverted
 * @blockers: (element-type FirnBlocker): what qemu-img would refuse once the VM is off is added
 *
 * Checks for what blocks only a revert: dirty bitmaps, encryption, reference counts that are too
 * narrow, an image that cannot be written. Changes nothing. What blocks a snapshot as well is found
 * by firn_qcow2_check().
 */
void firn_revert_check(const FirnCut *cut, GPtrArray *blockers);
