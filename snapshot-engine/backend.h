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
 * @drops_bitmaps: dirty bitmaps of backup tools may be removed when the disks are reverted
 * @window_end_us: monotonic time until which the guest may wait for take(); what can be left alone
 * is left alone then, and the cut has failed. 0: no guest waits
 * @waiting: (nullable) (element-type utf8 FirnConfinedProcess): programs that prepare() has started
 * and take() tells what to do, by the name of the backend; %NULL: take() starts its program
 *
 * The disks that a backend works on.
 */
typedef struct {
    FirnChannel *monitor; /* (unowned) (nullable) */
    GPtrArray *disks;     /* (unowned) (element-type FirnDisk) */
    const char *tag;      /* (unowned) */
    guint deadline_ms;
    gboolean drops_bitmaps;
    gint64 window_end_us;
    GHashTable *waiting; /* (unowned) (nullable) */
} FirnCut;

/**
 * FirnBackend:
 *
 * A way to store snapshots of a set of disks that are cut together. Call order: check, prepare,
 * take, verify; if take or verify fails: discard. Later: revert, discard. All functions block and
 * are for job threads only. A backend keeps no state between calls.
 */
#define FIRN_TYPE_BACKEND (firn_backend_get_type())
G_DECLARE_INTERFACE(FirnBackend, firn_backend, FIRN, BACKEND, GObject)

struct _FirnBackendInterface {
    GTypeInterface parent;

    /* "qcow2": stored in records. */
    const char *name;

    /* Called before anything is changed: adds a blocker for each disk that cannot be cut (format,
     * backing chain, bitmaps, lock, space, tag in use). Changes nothing; reads metadata at most. */
    void (*check)(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers);

    /* Called before the freeze window: does all that takes time and can be done early (a flush of
     * the image files by the host, the start of programs that wait). Needs no undoing. */
    gboolean (*prepare)(FirnBackend *self, const FirnCut *cut, GError **error);

    /* Called in the freeze window: cuts all disks at one instant, or none. No fsync, no name
     * lookup, and of files only what holds the disks. It must not pause QEMU: its STOP event
     * counts as an interruption of the freeze window (host/job/guest/freeze-window.c). A program
     * that hangs is not waited for after the end of the window. On failure the state of the tables
     * is unknown: discard follows. */
    gboolean (*take)(FirnBackend *self, const FirnCut *cut, GError **error);

    /* Called after the freeze window: reads every disk's table again; each must have @tag exactly
     * once. */
    gboolean (*verify)(FirnBackend *self, const FirnCut *cut, GError **error);

    /* Deletes @tag from every disk that has it, and reads the tables to prove that none has it
     * left. Also used to delete snapshots later. Fails with PARTIAL for a disk that has @tag more
     * than once, and with IN_USE while a program that take has left alone may still make it. */
    gboolean (*discard)(FirnBackend *self, const FirnCut *cut, GError **error);

    /* Called before anything is changed, whether the VM runs or not: adds a blocker for each disk
     * that could be cut but not reverted. Changes nothing. */
    void (*check_revert)(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers);

    /* Called while the VM is off. Before: every disk has @tag exactly once, and the current state
     * of the disks is kept in another snapshot. After: every disk is at the state of @tag. On
     * failure some disks may be reverted and others not: revert again, to the same or another tag.
     * Repeating it is harmless. Dirty bitmaps block it, or are removed first: they describe what
     * was written since some backup, which the revert makes wrong. */
    gboolean (*revert)(FirnBackend *self, const FirnCut *cut, GError **error);
};

/**
 * firn_backend_get_name:
 *
 * Returns: (transfer none): its name in records
 */
const char *firn_backend_get_name(FirnBackend *self);

/**
 * firn_backend_find_image_format:
 * @name: of a backend, as in a record
 *
 * Returns: (transfer none) (nullable): the format of the images that it works on; %NULL if there is
 * no such backend
 */
const char *firn_backend_find_image_format(const char *name);

/**
 * firn_backend_check:
 * @cut: the disks to cut
 * @blockers: (element-type FirnBlocker): the blockers found are added to it
 */
void firn_backend_check(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers);

/**
 * firn_backend_prepare:
 * @cut: the disks to cut
 *
 * Returns: %TRUE if the freeze window may begin
 */
gboolean firn_backend_prepare(FirnBackend *self, const FirnCut *cut, GError **error);

/**
 * firn_backend_take:
 * @cut: the disks to cut
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_IN_USE, %FIRN_ENGINE_ERROR_FAILED, and
 * those of firn_channel_call().
 *
 * Returns: %TRUE if every disk is reported to have the snapshot
 */
gboolean firn_backend_take(FirnBackend *self, const FirnCut *cut, GError **error);

/**
 * firn_backend_verify:
 * @cut: the disks that were cut
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL.
 *
 * Returns: %TRUE if every disk has the snapshot exactly once
 */
gboolean firn_backend_verify(FirnBackend *self, const FirnCut *cut, GError **error);

/**
 * firn_backend_discard:
 * @cut: the snapshot to delete
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL if some disk still has it; %FIRN_ENGINE_ERROR_IN_USE if a
 * disk may still get it.
 *
 * Returns: %TRUE if no disk has it
 */
gboolean firn_backend_discard(FirnBackend *self, const FirnCut *cut, GError **error);

/**
 * firn_backend_check_revert:
 * @cut: the snapshot to which the disks are to be reverted
 * @blockers: (element-type FirnBlocker): the blockers found are added to it
 */
void firn_backend_check_revert(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers);

/**
 * firn_backend_revert:
 * @cut: the snapshot; without a monitor
 *
 * Errors: %FIRN_ENGINE_ERROR_PARTIAL, in which case no disk was changed; %FIRN_ENGINE_ERROR_IN_USE,
 * %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if every disk was reverted
 */
gboolean firn_backend_revert(FirnBackend *self, const FirnCut *cut, GError **error);
