/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * Waiting without limit for the result of a command to the source of a VM: a QEMU with hundreds of
 * GiB takes minutes to start and to exit. The user can abandon the wait; then nothing more is done
 * to the VM until its next job, and the journal records what is unfinished. Any thread.
 */

/**
 * firn_vm_follow_begin:
 *
 * Begins a wait that can be abandoned: the caller polls firn_vm_follow_is_given_up().
 */
void firn_vm_follow_begin(FirnVm *vm);

/**
 * firn_vm_follow_end:
 *
 * Ends the wait. Idempotent.
 */
void firn_vm_follow_end(FirnVm *vm);

/**
 * firn_vm_follow_is_on:
 *
 * Returns: whether a wait is in progress
 */
gboolean firn_vm_follow_is_on(FirnVm *vm);

/**
 * firn_vm_follow_give_up:
 *
 * Requests to abandon the current wait and any later one, until firn_vm_follow_renew().
 */
void firn_vm_follow_give_up(FirnVm *vm);

/**
 * firn_vm_follow_is_given_up:
 *
 * Returns: whether firn_vm_follow_give_up() was called
 */
gboolean firn_vm_follow_is_given_up(FirnVm *vm);

/**
 * firn_vm_follow_abandon:
 *
 * Records that the wait was abandoned, so that the result of the command is unknown.
 */
void firn_vm_follow_abandon(FirnVm *vm);

/**
 * firn_vm_follow_check:
 *
 * Call before the next command to the VM.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE.
 *
 * Returns: %FALSE if firn_vm_follow_abandon() was called
 */
gboolean firn_vm_follow_check(FirnVm *vm, GError **error);

/**
 * firn_vm_follow_renew:
 *
 * Called when a new job begins: its waits have no limit again.
 */
void firn_vm_follow_renew(FirnVm *vm);
