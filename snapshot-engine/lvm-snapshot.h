/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "lvm-look.h"

/**
 * What the backends for thin and for thick LVs do alike.
 */

/**
 * firn_lvm_snapshot_verify:
 * @cut: the disks that were cut
 *
 * As the backends' verify(): each disk must have the tag exactly once, in a snapshot that is whole.
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL; those of firn_lvm_look_new().
 *
 * Returns: %TRUE if so
 */
gboolean firn_lvm_snapshot_verify(FirnBackend *backend, const FirnCut *cut, GError **error);

/**
 * firn_lvm_snapshot_discard:
 * @cut: the snapshot to delete
 *
 * As the backends' discard().
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL; those of firn_lvm_look_new().
 *
 * Returns: %TRUE if no disk has it
 */
gboolean firn_lvm_snapshot_discard(FirnBackend *backend, const FirnCut *cut, GError **error);

/**
 * firn_lvm_snapshot_take:
 * @cut: the disks to cut
 * @options: (array zero-terminated=1): for lvcreate, besides names and tags
 *
 * As the backends' take(), without a look before: one lvm makes all of them.
 *
 * Errors: those of firn_lvm_tool_wait(); %FIRN_ENGINE_ERROR_NOT_FOUND if a disk is on no LV.
 *
 * Returns: %TRUE if lvm claims that each was made
 */
gboolean firn_lvm_snapshot_take(FirnBackend *backend,
                                const FirnCut *cut,
                                const char *const *options,
                                GError **error);

/**
 * firn_lvm_snapshot_check:
 * @look: what LVM says of the disks
 * @cut: the disks to cut
 * @blockers: (element-type FirnBlocker): the blockers found are added to it
 *
 * What blocks snapshots of thin and of thick LVs alike.
 */
void firn_lvm_snapshot_check(const FirnLvmLook *look, const FirnCut *cut, GPtrArray *blockers);

/**
 * firn_lvm_snapshot_check_whole:
 * @look: what LVM says of the disks
 * @tag: of a snapshot
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL.
 *
 * Returns: %TRUE if each disk has the snapshot exactly once, and it can be read
 */
gboolean firn_lvm_snapshot_check_whole(const FirnLvmLook *look, const char *tag, GError **error);

/**
 * firn_lvm_snapshot_check_unused:
 * @look: what LVM says of the disks
 *
 * Errors: %FIRN_ENGINE_ERROR_IN_USE if a process has a disk open.
 *
 * Returns: %TRUE if none has
 */
gboolean firn_lvm_snapshot_check_unused(const FirnLvmLook *look, GError **error);

/**
 * firn_lvm_snapshot_check_revert:
 * @cut: the snapshot to which the disks are to be reverted
 * @blockers: (element-type FirnBlocker): the blockers found are added to it
 *
 * As the backends' check_revert().
 */
void firn_lvm_snapshot_check_revert(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers);

/**
 * firn_lvm_snapshot_prepare:
 * @cut: the disks to cut
 *
 * As the backends' prepare(): LVM flushes a device when it suspends it, which takes less time if
 * it has been flushed just before. An lvm is started, and waits.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if the disks were flushed
 */
gboolean firn_lvm_snapshot_prepare(FirnBackend *backend, const FirnCut *cut, GError **error);
