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

/**
 * firn_current_mark_hold:
 * @vm: a VM that firn itself has moved in its tree, and whose source was told, if that is wanted
 *
 * A source that was not told, or did not listen, still has what it had for the current snapshot.
 * Notes that, so that firn_current_mark_follow() does not take it for somebody's going back. Job
 * threads only.
 */
void firn_current_mark_hold(FirnVm *vm);
