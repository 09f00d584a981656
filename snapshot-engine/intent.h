/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot.h"

/* Of its file. A definition is as large as libvirt accepts it from its clients: 4 MiB. */
#define FIRN_INTENT_BYTES_MAX (8 * 1024 * 1024)

/**
 * FirnIntentKind:
 * @FIRN_INTENT_KIND_CREATE: a snapshot is being made
 * @FIRN_INTENT_KIND_DELETE: a snapshot is being deleted
 * @FIRN_INTENT_KIND_RESTORE: a snapshot is being restored
 * @FIRN_INTENT_KIND_FORGET: an undo point is being deleted
 *
 * What a job was about to do.
 */
typedef enum {
    FIRN_INTENT_KIND_CREATE,
    FIRN_INTENT_KIND_DELETE,
    FIRN_INTENT_KIND_RESTORE,
    FIRN_INTENT_KIND_FORGET,
} FirnIntentKind;

/**
 * FirnIntentRestore:
 * @target: UUID of the snapshot that is restored
 * @target_name: its name at that time, for display
 * @run_before: the VM's run state before: "running", "paused" or "off"
 * @run_after: the VM's run state after the restore
 * @grace_ms: the guest may have been asked to shut down, and is given this long for it; 0: it was
 * not asked
 * @definition: (nullable): the VM's definition before, which the restore may have replaced; %NULL:
 * it was not touched
 *
 * The additional data of a restore.
 */
typedef struct {
    char *target;      /* (owned) */
    char *target_name; /* (owned) */
    char *run_before;  /* (owned) */
    char *run_after;   /* (owned) */
    guint grace_ms;
    char *definition; /* (owned) (nullable) */
} FirnIntentRestore;

/**
 * FirnIntent:
 * @id: a UUID in lower case
 * @kind: what the job was about to do
 * @vm_uuid: the VM, in lower case
 * @vm_name: its name at that time, for display
 * @begun_us: microseconds since the epoch
 * @snapshot: the snapshot as planned, or as recorded; without its evidence. Of a restore: the
 * snapshot of the undo point, with the state of the disks before
 * @restore: (nullable): of a restore only
 * @why: (nullable): why it could not be completed, in one clause; %NULL: not attempted
 *
 * What a job is about to change on the disks of a VM, recorded before the first disk is changed.
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
 * @kind: what the job is about to do
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
 * @self: a new intent of a restore
 * @restore: its additional data; copied
 */
void firn_intent_set_restore(FirnIntent *self, const FirnIntentRestore *restore);

/**
 * firn_intent_set_definition:
 * @self: an intent of a restore
 * @definition: the VM's definition, which will be replaced
 */
void firn_intent_set_definition(FirnIntent *self, const char *definition);

/**
 * firn_intent_get_subject:
 *
 * Returns: (transfer none): name of the snapshot concerned, for display
 */
const char *firn_intent_get_subject(const FirnIntent *self);

/**
 * firn_intent_get_state:
 *
 * Returns: (transfer none): state of the snapshot while the intent is open: "incompletely created"
 * ...
 */
const char *firn_intent_get_state(const FirnIntent *self);

FirnIntent *firn_intent_copy(const FirnIntent *self);

void firn_intent_free(FirnIntent *self);

/**
 * firn_intent_to_text:
 *
 * Returns: (transfer full): the contents of its file
 */
char *firn_intent_to_text(const FirnIntent *self);

/**
 * firn_intent_parse:
 * @text: the contents of an intent's file, NUL-terminated
 * @length: its length in bytes
 * @id: the id that it must have
 *
 * Accepts exactly what firn_intent_to_text() writes.
 *
 * Errors: of several domains, for display: %FIRN_ENGINE_ERROR and %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): the intent; %NULL with @error set
 */
FirnIntent *firn_intent_parse(const char *text, gsize length, const char *id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnIntent, firn_intent_free)
