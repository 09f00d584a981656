/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * What a source was told to do with a VM is followed to its end, however long that takes: a QEMU
 * with hundreds of GiB takes minutes to start and to end. Whoever follows can be told to give up;
 * then nothing more is done to the VM until its next job, and the journal tells what is unfinished.
 * Any thread.
 */

/**
 * firn_vm_follow_begin:
 * @vm: a VM
 *
 * From here on somebody waits who asks firn_vm_follow_is_given_up() again and again.
 */
void firn_vm_follow_begin(FirnVm *vm);

/**
 * firn_vm_follow_end:
 * @vm: a VM
 *
 * Nobody waits any more. The second time does nothing.
 */
void firn_vm_follow_end(FirnVm *vm);

/**
 * firn_vm_follow_is_on:
 * @vm: a VM
 *
 * Returns: whether somebody waits
 */
gboolean firn_vm_follow_is_on(FirnVm *vm);

/**
 * firn_vm_follow_give_up:
 * @vm: a VM
 *
 * Whoever waits, or is about to, gives up, until firn_vm_follow_renew().
 */
void firn_vm_follow_give_up(FirnVm *vm);

/**
 * firn_vm_follow_is_given_up:
 * @vm: a VM
 *
 * Returns: whether firn_vm_follow_give_up() was called
 */
gboolean firn_vm_follow_is_given_up(FirnVm *vm);

/**
 * firn_vm_follow_abandon:
 * @vm: a VM
 *
 * Whoever waited has given up, so nobody knows what becomes of it.
 */
void firn_vm_follow_abandon(FirnVm *vm);

/**
 * firn_vm_follow_check:
 * @vm: a VM
 * @error: return location for a #GError
 *
 * Before anything else is done to it.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE.
 *
 * Returns: %FALSE if firn_vm_follow_abandon() was called
 */
gboolean firn_vm_follow_check(FirnVm *vm, GError **error);

/**
 * firn_vm_follow_renew:
 * @vm: a VM
 *
 * A new job begins, and waits as long as it takes.
 */
void firn_vm_follow_renew(FirnVm *vm);
