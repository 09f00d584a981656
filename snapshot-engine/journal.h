/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "intent.h"

/* Appended to the name of a file that cannot be read. */
#define FIRN_JOURNAL_UNREADABLE ".unreadable"

/**
 * FirnJournal:
 *
 * The intents of jobs that have begun to change the disks of VMs and have not ended, one file
 * DIR/ID.json each. The intents that exist when firnd starts belong to jobs that an earlier firnd
 * did not complete. Thread-safe; changes block for an fsync.
 *
 * Signal "changed" (): emitted on the main loop after each change.
 */
#define FIRN_TYPE_JOURNAL (firn_journal_get_type())
G_DECLARE_FINAL_TYPE(FirnJournal, firn_journal, FIRN, JOURNAL, GObject)

/**
 * firn_journal_open:
 * @directory: the folder of the files; made by the first change, mode 0700
 *
 * Reads the existing intents. A file that is not firn's, or is damaged, is renamed to
 * NAME.unreadable, with a warning in the log; it is never removed and does not fail the call.
 *
 * Returns: (transfer full): the journal
 */
FirnJournal *firn_journal_open(const char *directory);

/**
 * firn_journal_begin:
 * @intent: what the job is about to do; copied
 *
 * Errors: as firn_state_dir_replace(). The caller must not change anything then.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_journal_begin(FirnJournal *self, const FirnIntent *intent, GError **error);

/**
 * firn_journal_amend:
 * @id: an intent that was begun
 * @why: why it could not be completed
 *
 * Effective in memory even if it cannot be written.
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND, and as firn_state_dir_replace().
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_journal_amend(FirnJournal *self, const char *id, const char *why, GError **error);

/**
 * firn_journal_keep_definition:
 * @id: an intent of a restore that was begun
 * @definition: the VM's definition, which the caller is about to replace
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND, and as firn_state_dir_replace(). The caller must not
 * replace the definition then.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_journal_keep_definition(FirnJournal *self,
                                      const char *id,
                                      const char *definition,
                                      GError **error);

/**
 * firn_journal_end:
 * @id: an intent whose work is done or rolled back
 *
 * It is no longer listed, even if its file cannot be removed.
 *
 * Errors: as firn_state_dir_remove(); the next firnd will find the intent then, and ending it again
 * is harmless.
 *
 * Returns: %TRUE once its file is removed durably
 */
gboolean firn_journal_end(FirnJournal *self, const char *id, GError **error);

/**
 * firn_journal_list:
 * @vm_uuid: a VM, in lower case
 *
 * Returns: (transfer full) (element-type FirnIntent): copies of its open intents, oldest first
 */
GPtrArray *firn_journal_list(FirnJournal *self, const char *vm_uuid);

/**
 * firn_journal_list_unreadable:
 *
 * Reads the directory, so that a file that was moved away is no longer listed.
 *
 * Returns: (transfer full) (element-type utf8): paths of the files that were set aside
 */
GPtrArray *firn_journal_list_unreadable(FirnJournal *self);
