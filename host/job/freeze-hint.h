/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnFreezeHint:
 * @FIRN_FREEZE_HINT_NONE: nothing more is known
 * @FIRN_FREEZE_HINT_PERMISSION: "guest-permission": the agent may not touch a file system
 * @FIRN_FREEZE_HINT_FILE_SYSTEM: "guest-file-system": a file system could not be frozen otherwise
 * @FIRN_FREEZE_HINT_HOOK: "guest-hook": a hook in the guest did not go well
 *
 * What kind of trouble a guest's complaint about a freeze or a thaw speaks of.
 */
typedef enum {
    FIRN_FREEZE_HINT_NONE,
    FIRN_FREEZE_HINT_PERMISSION,
    FIRN_FREEZE_HINT_FILE_SYSTEM,
    FIRN_FREEZE_HINT_HOOK,
} FirnFreezeHint;

/**
 * firn_freeze_hint_of:
 * @complaint: what the guest's agent said
 *
 * Source: QEMU guest agent, qga/commands-posix.c, qmp_guest_fsfreeze_do_freeze_list(): "failed to
 * open MOUNTPOINT: ...", "failed to freeze MOUNTPOINT: ..."; execute_fsfreeze_hook().
 *
 * Returns: what it speaks of
 */
FirnFreezeHint firn_freeze_hint_of(const char *complaint);

/**
 * firn_freeze_hint_dup_mountpoint:
 * @complaint: what the guest's agent said
 *
 * Returns: (transfer full) (nullable): the mount point that it names; the guest's words
 */
char *firn_freeze_hint_dup_mountpoint(const char *complaint);

/**
 * firn_freeze_hint_word:
 * @self: a hint
 *
 * Returns: (transfer none): its word for programs; "" for none
 */
const char *firn_freeze_hint_word(FirnFreezeHint self);

/**
 * firn_freeze_hint_remedy:
 * @self: a hint
 *
 * Returns: (transfer none): what to do in the guest; "" for none
 */
const char *firn_freeze_hint_remedy(FirnFreezeHint self);
