/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

/**
 * firn_revert_check:
 * @cut: disks of a VM that runs or is off, and what they are to be reverted to
 * @blockers: (element-type FirnBlocker): gets what qemu-img would refuse once the VM is off
 *
 * Looks for what only a revert stumbles over: dirty bitmaps, encryption, reference counts that are
 * too narrow, an image that cannot be written. Changes nothing. What a snapshot needs as well is
 * found by firn_qcow2_check().
 */
void firn_revert_check(const FirnCut *cut, GPtrArray *blockers);
