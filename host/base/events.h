/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The events that administrators may want to be told of. Each is a structured record of the journal
 * with a MESSAGE_ID of its own, and packaging/catalog/firn.catalog says what happened and what to
 * do. Where firn does not log to the journal, an event is a line like any other. */
#define FIRN_EVENT_JOB_COMPLETED       "290b10cca04c4246800710ed28d700b4"
#define FIRN_EVENT_JOB_FAILED          "b84e2e79ca9046cdae391e642e25af42"
#define FIRN_EVENT_JOB_CANCELLED       "fde7b633e8b7467bbcf692f8b3c12855"
#define FIRN_EVENT_POLICY_CHANGED      "add56a5ec7a94b14ad07090d0830171c"
#define FIRN_EVENT_THAWED_BY_TIMER     "385f96296f364ca699fadab579640a5b"
#define FIRN_EVENT_STILL_FROZEN        "2d7d4e44bde14c5794f528c48b9f3514"
#define FIRN_EVENT_THAWED_LATE         "4e63613fa5d54084a29ac1be60d32faf"
#define FIRN_EVENT_THAWED_BY_TOOL      "ef3ffbcb15734fb3b065a32be9eb7e70"
#define FIRN_EVENT_ROLLED_BACK         "ba95044bd1144b45bb9520d4d5cbe4d9"
#define FIRN_EVENT_RESTORE_UNDONE      "6d2ad307d78741aba73aaf9823d18f5b"
#define FIRN_EVENT_SNAPSHOT_DAMAGE     "380a1fc8464d4d29be76feb187bafc18"
#define FIRN_EVENT_CATALOGUE_DAMAGE    "6ac935e23cea40e38ec72a651e2ecf31"
#define FIRN_EVENT_INTERRUPTED_SETTLED "98563dd97b024d43a321fab7f295dc26"
#define FIRN_EVENT_INTERRUPTED_LEFT    "f4a41560b56d4337a7d7db81b84c2162"

/**
 * FirnEventSubject:
 * @vm_name: FIRN_VM_NAME
 * @vm_uuid: FIRN_VM_UUID
 * @snapshot: (nullable): FIRN_SNAPSHOT: its name
 * @error: (nullable): FIRN_ERROR: a word, as in firn's errors on the bus
 * @operation: (nullable): FIRN_OPERATION: of the job: "create", "restore" ...
 * @job: FIRN_JOB: its number; 0: no job
 * @uid: FIRN_JOB_UID: who asked
 * @has_uid: whether @uid is known
 *
 * What an event is about: the fields of its record. The strings are not copied.
 */
typedef struct {
    const char *vm_name;
    const char *vm_uuid;
    const char *snapshot;
    const char *error;
    const char *operation;
    guint job;
    guint uid;
    gboolean has_uid;
} FirnEventSubject;

/**
 * firn_event_job_completed:
 * @about: a VM and a job, with its operation
 */
void firn_event_job_completed(FirnEventSubject about);

/**
 * firn_event_job_failed:
 * @about: a VM and a job, with its operation and its error
 * @message: the error's message
 */
void firn_event_job_failed(FirnEventSubject about, const char *message);

/**
 * firn_event_job_cancelled:
 * @about: a VM and a job, with its operation
 */
void firn_event_job_cancelled(FirnEventSubject about);

/**
 * firn_event_policy_changed:
 * @about: a VM, and who asked
 * @changes: "max-snapshots=5, allow-memory=yes"
 */
void firn_event_policy_changed(FirnEventSubject about, const char *changes);

/**
 * firn_event_thawed_by_timer:
 * @about: a VM whose guest was frozen for as long as it may be, and was thawed
 */
void firn_event_thawed_by_timer(FirnEventSubject about);

/**
 * firn_event_still_frozen:
 * @about: a VM whose guest may be frozen, although firn has tried to thaw it
 * @why: what was observed, and what to do
 */
void firn_event_still_frozen(FirnEventSubject about, const char *why);

/**
 * firn_event_thawed_late:
 * @about: a VM whose guest was found frozen, and was thawed
 * @how: when it was found
 */
void firn_event_thawed_late(FirnEventSubject about, const char *how);

/**
 * firn_event_thawed_by_tool:
 * @about: a VM whose guest firn-thaw-all has released
 * @how: "thawed" or "resumed"
 */
void firn_event_thawed_by_tool(FirnEventSubject about, const char *how);

/**
 * firn_event_rolled_back:
 * @about: a VM, and the snapshot to which it was restored
 * @why: why the restore was rolled back: "failed" or "was interrupted"
 */
void firn_event_rolled_back(FirnEventSubject about, const char *why);

/**
 * firn_event_restore_undone:
 * @about: a VM whose last restore was undone, and the job
 */
void firn_event_restore_undone(FirnEventSubject about);

/**
 * firn_event_snapshot_damage:
 * @about: a VM and a snapshot
 * @what: what is damaged
 */
void firn_event_snapshot_damage(FirnEventSubject about, const char *what);

/**
 * firn_event_catalogue_damage:
 * @about: a VM
 * @what: the file, and what is damaged in it
 */
void firn_event_catalogue_damage(FirnEventSubject about, const char *what);

/**
 * firn_event_interrupted_settled:
 * @about: a VM, and the snapshot of a job that an earlier firnd was interrupted in
 * @how: how it was completed
 */
void firn_event_interrupted_settled(FirnEventSubject about, const char *how);

/**
 * firn_event_interrupted_left:
 * @about: a VM, and the snapshot of an interrupted job that firn could not complete by itself
 * @what: what is left, and what to do
 */
void firn_event_interrupted_left(FirnEventSubject about, const char *what);
