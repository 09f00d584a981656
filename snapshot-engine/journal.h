/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "intent.h"

/* What is appended to the name of a file that cannot be read. */
#define FIRN_JOURNAL_UNREADABLE ".unreadable"

/**
 * FirnJournal:
 *
 * What jobs have begun on the disks of VMs and not ended, one file DIR/ID.json each. Whatever is
 * there when firnd starts is what an earlier firnd was killed in. May be used from any thread;
 * changes block for an fsync.
 *
 * Signal "changed" (): emitted on the main loop after each change.
 */
#define FIRN_TYPE_JOURNAL (firn_journal_get_type())
G_DECLARE_FINAL_TYPE(FirnJournal, firn_journal, FIRN, JOURNAL, GObject)

/**
 * firn_journal_open:
 * @directory: where the files are; made by the first change, mode 0700
 *
 * Reads what is there. A file that is not firn's, or damaged, is renamed to NAME.unreadable, with a
 * warning in the log; it is never removed and never stands in the way.
 *
 * Returns: (transfer full): the journal
 */
FirnJournal *firn_journal_open(const char *directory);

/**
 * firn_journal_begin:
 * @self: a journal
 * @intent: what is about to be done; copied
 * @error: return location for a #GError
 *
 * Errors: as firn_state_dir_replace(). Then nothing may be begun.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_journal_begin(FirnJournal *self, const FirnIntent *intent, GError **error);

/**
 * firn_journal_amend:
 * @self: a journal
 * @id: an intent that was begun
 * @why: why it could not be ended
 * @error: return location for a #GError
 *
 * Known from now on, also if it cannot be written.
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND, and as firn_state_dir_replace().
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_journal_amend(FirnJournal *self, const char *id, const char *why, GError **error);

/**
 * firn_journal_end:
 * @self: a journal
 * @id: an intent whose work is done, or undone
 * @error: return location for a #GError
 *
 * From here on it is not listed any more, also if its file cannot be removed.
 *
 * Errors: as firn_state_dir_remove(); then the next firnd finds it, and ending it again is
 * harmless.
 *
 * Returns: %TRUE once it is gone for good
 */
gboolean firn_journal_end(FirnJournal *self, const char *id, GError **error);

/**
 * firn_journal_list:
 * @self: a journal
 * @vm_uuid: a VM, in lower case
 *
 * Returns: (transfer full) (element-type FirnIntent): copies of its open intents, oldest first
 */
GPtrArray *firn_journal_list(FirnJournal *self, const char *vm_uuid);

/**
 * firn_journal_list_unreadable:
 * @self: a journal
 *
 * Looks into the directory, so that a file that was moved away is not mentioned any more.
 *
 * Returns: (transfer full) (element-type utf8): paths of files that were set aside
 */
GPtrArray *firn_journal_list_unreadable(FirnJournal *self);
