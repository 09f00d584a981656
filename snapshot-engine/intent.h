/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot.h"

/**
 * FirnIntentKind:
 * @FIRN_INTENT_KIND_CREATE: a snapshot is being made
 * @FIRN_INTENT_KIND_DELETE: a snapshot is being deleted
 * @FIRN_INTENT_KIND_RESTORE: the VM is going back to a snapshot
 * @FIRN_INTENT_KIND_FORGET: the way back from an earlier going back is being removed
 *
 * What was going to be done.
 */
typedef enum {
    FIRN_INTENT_KIND_CREATE,
    FIRN_INTENT_KIND_DELETE,
    FIRN_INTENT_KIND_RESTORE,
    FIRN_INTENT_KIND_FORGET,
} FirnIntentKind;

/**
 * FirnIntentRestore:
 * @target: UUID of the snapshot that the VM is going back to
 * @target_name: its name then, for people
 * @run_before: how the VM was: "running", "paused" or "off"
 * @run_after: how it is going to be
 * @grace_ms: its guest may have been asked to shut down, and may take so long for it; 0: nobody
 * has asked it
 *
 * What more there is to know of a going back.
 */
typedef struct {
    char *target;      /* (owned) */
    char *target_name; /* (owned) */
    char *run_before;  /* (owned) */
    char *run_after;   /* (owned) */
    guint grace_ms;
} FirnIntentRestore;

/**
 * FirnIntent:
 * @id: a UUID in lower case
 * @kind: what was going to be done
 * @vm_uuid: the VM, in lower case
 * @vm_name: its name then, for people
 * @begun_us: microseconds since the epoch
 * @snapshot: the snapshot as planned, or as recorded; without its evidence. Of a going back: what
 * is on the disks now, and is kept for undoing it
 * @restore: (nullable): of a going back only
 * @why: (nullable): why it could not be ended, in one clause; %NULL: nobody has tried
 *
 * What a job is about to change on the disks of a VM, noted before the first of them is touched.
 */
typedef struct {
    char *id; /* (owned) */
    FirnIntentKind kind;
    char *vm_uuid; /* (owned) */
    char *vm_name; /* (owned) */
    gint64 begun_us;
    FirnSnapshot *snapshot;     /* (owned) */
    FirnIntentRestore *restore; /* (owned) (nullable) */
    char *why;                  /* (owned) (nullable) */
} FirnIntent;

/**
 * firn_intent_new:
 * @kind: what is going to be done
 * @vm_uuid: the VM
 * @vm_name: its name
 * @snapshot: the snapshot, with its disks
 *
 * Returns: (transfer full): an intent with a new id, begun now
 */
FirnIntent *firn_intent_new(FirnIntentKind kind,
                            const char *vm_uuid,
                            const char *vm_name,
                            const FirnSnapshot *snapshot);

/**
 * firn_intent_set_restore:
 * @self: a new intent of a going back
 * @restore: more of it; copied
 */
void firn_intent_set_restore(FirnIntent *self, const FirnIntentRestore *restore);

/**
 * firn_intent_get_subject:
 * @self: an intent
 *
 * Returns: (transfer none): name of the snapshot that it is about, for people
 */
const char *firn_intent_get_subject(const FirnIntent *self);

/**
 * firn_intent_get_plight:
 * @self: an intent
 *
 * Returns: (transfer none): how the snapshot is while the intent is open: "half made" ...
 */
const char *firn_intent_get_plight(const FirnIntent *self);

/**
 * firn_intent_copy:
 * @self: an intent
 *
 * Returns: (transfer full): the same
 */
FirnIntent *firn_intent_copy(const FirnIntent *self);

/**
 * firn_intent_free:
 * @self: (nullable): an intent
 */
void firn_intent_free(FirnIntent *self);

/**
 * firn_intent_to_text:
 * @self: an intent
 *
 * Returns: (transfer full): what stands in its file
 */
char *firn_intent_to_text(const FirnIntent *self);

/**
 * firn_intent_parse:
 * @text: what stands in an intent's file; a NUL byte follows it
 * @length: its bytes
 * @id: the id that it must have
 * @error: return location for a #GError
 *
 * Takes exactly what firn_intent_to_text() writes.
 *
 * Errors: of several domains, for people: %FIRN_ENGINE_ERROR and %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): the intent; %NULL with @error set
 */
FirnIntent *firn_intent_parse(const char *text, gsize length, const char *id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnIntent, firn_intent_free)
