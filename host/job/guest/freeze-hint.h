/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnFreezeHint:
 * @FIRN_FREEZE_HINT_NONE: the cause is unknown
 * @FIRN_FREEZE_HINT_PERMISSION: "guest-permission": the agent may not access a file system
 * @FIRN_FREEZE_HINT_FILE_SYSTEM: "guest-file-system": a file system could not be frozen for another
 * reason
 * @FIRN_FREEZE_HINT_HOOK: "guest-hook": a hook in the guest failed
 * @FIRN_FREEZE_HINT_VSS_BUSY: "vss-busy": Windows is making another shadow copy
 * @FIRN_FREEZE_HINT_VSS_TRANSIENT: "vss-transient": a failure of VSS that may pass
 * @FIRN_FREEZE_HINT_VSS_PERMISSION: "guest-permission": VSS may not call writers, or they it
 * @FIRN_FREEZE_HINT_VSS_PROVIDER: "vss-provider": qemu-ga's part of VSS failed
 * @FIRN_FREEZE_HINT_VSS_VOLUME: "vss-volume": VSS cannot freeze a volume
 * @FIRN_FREEZE_HINT_VSS_STORAGE: "vss-storage": no room for shadow copies, or too many
 * @FIRN_FREEZE_HINT_VSS_WRITER: "vss-writer": an application failed
 * @FIRN_FREEZE_HINT_VSS_FAILED: "vss-failed": another failure of VSS
 *
 * The likely cause of an agent's error about a freeze or a thaw.
 */
typedef enum {
    FIRN_FREEZE_HINT_NONE,
    FIRN_FREEZE_HINT_PERMISSION,
    FIRN_FREEZE_HINT_FILE_SYSTEM,
    FIRN_FREEZE_HINT_HOOK,
    FIRN_FREEZE_HINT_VSS_BUSY,
    FIRN_FREEZE_HINT_VSS_TRANSIENT,
    FIRN_FREEZE_HINT_VSS_PERMISSION,
    FIRN_FREEZE_HINT_VSS_PROVIDER,
    FIRN_FREEZE_HINT_VSS_VOLUME,
    FIRN_FREEZE_HINT_VSS_STORAGE,
    FIRN_FREEZE_HINT_VSS_WRITER,
    FIRN_FREEZE_HINT_VSS_FAILED,
} FirnFreezeHint;

/**
 * firn_freeze_hint_of:
 * @complaint: the agent's error message
 *
 * Source: QEMU guest agent, qga/commands-posix.c, qmp_guest_fsfreeze_do_freeze_list(): "failed to
 * open MOUNTPOINT: ...", "failed to freeze MOUNTPOINT: ..."; execute_fsfreeze_hook(). Numbers of
 * VSS: vss-error.h.
 *
 * Returns: the likely cause
 */
FirnFreezeHint firn_freeze_hint_of(const char *complaint);

/**
 * firn_freeze_hint_may_pass:
 *
 * Returns: whether the same freeze may succeed a minute later, if nothing is changed
 */
gboolean firn_freeze_hint_may_pass(FirnFreezeHint self);

/**
 * firn_freeze_hint_dup_mountpoint:
 * @complaint: the agent's error message
 *
 * Returns: (transfer full) (nullable): the mount point that it names, in the guest's words
 */
char *firn_freeze_hint_dup_mountpoint(const char *complaint);

/**
 * firn_freeze_hint_word:
 *
 * Returns: (transfer none): its word for programs; "" for none
 */
const char *firn_freeze_hint_word(FirnFreezeHint self);

/**
 * firn_freeze_hint_remedy:
 *
 * Returns: (transfer none): what to do in the guest; "" for none
 */
const char *firn_freeze_hint_remedy(FirnFreezeHint self);
