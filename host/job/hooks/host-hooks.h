/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "hook-report.h"
#include "state-dir.h"

/**
 * FirnHostHooks:
 *
 * The administrator's programs on the host that run before and after each job of certain kinds.
 * Those that were started before a job are run after it, whatever becomes of it: also by the next
 * firnd, if this one is killed. Thread-safe.
 */
typedef struct _FirnHostHooks FirnHostHooks;

/**
 * FirnHookSubject:
 * @operation: "create", "restore" or "undo"
 * @vm_uuid: the VM
 * @vm_name: its name
 * @snapshot: (nullable): the snapshot's name, or its UUID; %NULL: firn chooses a name
 *
 * The job that hooks run around.
 */
typedef struct {
    const char *operation;
    const char *vm_uuid;
    const char *vm_name;
    const char *snapshot;
} FirnHookSubject;

/**
 * FirnHookOutcome:
 * @word: "completed", "failed", "cancelled" or "interrupted"
 * @snapshot_uuid: (nullable): of the snapshot that was made or restored
 * @verdict: (nullable): of a new snapshot
 *
 * What became of it.
 */
typedef struct {
    const char *word;
    const char *snapshot_uuid;
    const char *verdict;
} FirnHookOutcome;

/**
 * firn_host_hooks_new:
 * @folder: the folder with the hooks; may be missing
 * @notes: a directory that survives the host's end, for the names of those that were started
 * @bus: (nullable): the bus that firnd serves: if it is that of systemd, systemd starts the hooks
 *
 * Returns: (transfer full): the hooks of that folder
 */
FirnHostHooks *firn_host_hooks_new(const char *folder, FirnStateDir *notes, const char *bus);

FirnHostHooks *firn_host_hooks_ref(FirnHostHooks *self);

void firn_host_hooks_unref(FirnHostHooks *self);

/**
 * firn_host_hooks_exist:
 *
 * Returns: whether a hook would run
 */
gboolean firn_host_hooks_exist(FirnHostHooks *self);

/**
 * firn_host_hooks_new_reports:
 *
 * Returns: (transfer full) (element-type FirnHookReport): an empty list
 */
GPtrArray *firn_host_hooks_new_reports(void);

/**
 * firn_host_hooks_before:
 * @cancellable: (nullable): ends the hook that runs
 * @reports: (element-type FirnHookReport): gets what each hook did
 *
 * Runs the hooks in the order of their names, until a critical one fails. What was started has to
 * be ended by firn_host_hooks_after() in any case. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED: a critical hook failed; or the note of what is started cannot be
 * written; %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE if the job may begin
 */
gboolean firn_host_hooks_before(FirnHostHooks *self,
                                const FirnHookSubject *subject,
                                GCancellable *cancellable,
                                GPtrArray *reports,
                                GError **error);

/**
 * firn_host_hooks_after:
 * @reports: (element-type FirnHookReport): gets what each hook did
 *
 * Runs the hooks that were started before the job, in reverse order, and forgets them. Job threads
 * only.
 */
void firn_host_hooks_after(FirnHostHooks *self,
                           const FirnHookSubject *subject,
                           const FirnHookOutcome *outcome,
                           GPtrArray *reports);

/**
 * firn_host_hooks_has_interrupted:
 *
 * Returns: whether hooks were started before a job of this VM, and not run after it
 */
gboolean firn_host_hooks_has_interrupted(FirnHostHooks *self, const char *vm_uuid);

/**
 * firn_host_hooks_end_interrupted:
 * @reports: (element-type FirnHookReport): gets what each hook did
 *
 * Runs those, with the outcome "interrupted". Job threads only.
 */
void firn_host_hooks_end_interrupted(FirnHostHooks *self,
                                     const char *vm_uuid,
                                     const char *vm_name,
                                     GPtrArray *reports);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnHostHooks, firn_host_hooks_unref)
