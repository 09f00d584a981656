/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"
#include "channel.h"
#include "disk.h"

/**
 * FirnCut:
 * @monitor: (nullable): the running VM's monitor; %NULL: the VM is off
 * @disks: (element-type FirnDisk): the disks concerned, as just read
 * @tag: name of the snapshot on every disk
 * @deadline_ms: for each single step that can hang; 1 to G_MAXUINT
 * @drops_bitmaps: dirty bitmaps of backup tools may go when the disks are reverted
 *
 * What a backend works on.
 */
typedef struct {
    FirnChannel *monitor; /* (unowned) (nullable) */
    GPtrArray *disks;     /* (unowned) (element-type FirnDisk) */
    const char *tag;      /* (unowned) */
    guint deadline_ms;
    gboolean drops_bitmaps;
} FirnCut;

/**
 * FirnBackend:
 *
 * A way to store snapshots of a set of disks that are cut together. Call order: check, prepare,
 * take, verify; if take or verify fails: discard. Later: revert, discard. All block: for job
 * threads only. A backend keeps no state between calls.
 */
#define FIRN_TYPE_BACKEND (firn_backend_get_type())
G_DECLARE_INTERFACE(FirnBackend, firn_backend, FIRN, BACKEND, GObject)

struct _FirnBackendInterface {
    GTypeInterface parent;

    /* "qcow2": goes into records. */
    const char *name;

    /* Before anything is touched: adds a blocker for each disk that cannot be cut (format, backing
     * chain, bitmaps, lock, space, tag taken). Changes nothing; reads files' facts at most. */
    void (*check)(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers);

    /* Before the window: all that takes time and can be done early (a host-side flush of the image
     * files). Undone by nothing. */
    gboolean (*prepare)(FirnBackend *self, const FirnCut *cut, GError **error);

    /* In the window: fixes the instant on all disks or on none. No fsync, no file but the images',
     * no name lookup. On failure the tables are in doubt: discard follows. */
    gboolean (*take)(FirnBackend *self, const FirnCut *cut, GError **error);

    /* After the window: reads every disk's table again and compares: exactly one @tag on each. */
    gboolean (*verify)(FirnBackend *self, const FirnCut *cut, GError **error);

    /* Removes @tag from every disk that has it, and proves by reading the tables that none has.
     * Also deletes snapshots that are no longer wanted. A disk that has @tag more than once is
     * refused with PARTIAL. */
    gboolean (*discard)(FirnBackend *self, const FirnCut *cut, GError **error);

    /* Before anything is touched, the VM running or not: adds a blocker for each disk that could be
     * cut and yet not be reverted. Changes nothing. */
    void (*check_revert)(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers);

    /* While the VM is off: before, every disk has @tag exactly once and what is on the disks now is
     * kept elsewhere. After: every disk is as it was at @tag. On failure some may be and others
     * not: once more, or back to another tag. Repeating it is harmless. Dirty bitmaps stand in its
     * way, or are removed first: they tell of what was written since some backup, which is not so
     * any more then. */
    gboolean (*revert)(FirnBackend *self, const FirnCut *cut, GError **error);
};

/**
 * firn_backend_get_name:
 * @self: a backend
 *
 * Returns: (transfer none): its name in records
 */
const char *firn_backend_get_name(FirnBackend *self);

/**
 * firn_backend_check:
 * @self: a backend
 * @cut: what is going to be cut
 * @blockers: (element-type FirnBlocker): gets what stands in the way
 */
void firn_backend_check(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers);

/**
 * firn_backend_prepare:
 * @self: a backend
 * @cut: what is going to be cut
 * @error: return location for a #GError
 *
 * Returns: %TRUE if the window may be opened
 */
gboolean firn_backend_prepare(FirnBackend *self, const FirnCut *cut, GError **error);

/**
 * firn_backend_take:
 * @self: a backend
 * @cut: what to cut
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_IN_USE, %FIRN_ENGINE_ERROR_FAILED, and
 * those of firn_channel_call().
 *
 * Returns: %TRUE if every disk is said to have the snapshot
 */
gboolean firn_backend_take(FirnBackend *self, const FirnCut *cut, GError **error);

/**
 * firn_backend_verify:
 * @self: a backend
 * @cut: what was cut
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL.
 *
 * Returns: %TRUE if every disk has the snapshot exactly once
 */
gboolean firn_backend_verify(FirnBackend *self, const FirnCut *cut, GError **error);

/**
 * firn_backend_discard:
 * @self: a backend
 * @cut: what is to go
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL if some disk still has it.
 *
 * Returns: %TRUE if no disk has it
 */
gboolean firn_backend_discard(FirnBackend *self, const FirnCut *cut, GError **error);

/**
 * firn_backend_check_revert:
 * @self: a backend
 * @cut: to what the disks are to be reverted
 * @blockers: (element-type FirnBlocker): gets what stands in the way
 */
void firn_backend_check_revert(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers);

/**
 * firn_backend_revert:
 * @self: a backend
 * @cut: to what; without a monitor
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL, then no disk was touched; %FIRN_ENGINE_ERROR_IN_USE,
 * %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if every disk is as it was then
 */
gboolean firn_backend_revert(FirnBackend *self, const FirnCut *cut, GError **error);
