/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_current_mark_follow:
 * @vm: a VM
 *
 * Others go back to snapshots, too: virsh, cockpit. Compares where the VM's source and the
 * catalogue believe the VM to be, and moves the catalogue's mark if somebody has gone back. What
 * the source does not list, it cannot have gone back to. Job threads only.
 */
void firn_current_mark_follow(FirnVm *vm);
