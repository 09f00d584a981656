/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "catalogue-transaction.h"
#include "disk.h"

/**
 * FirnCatalogue:
 *
 * What firn knows about the snapshots of one VM: tree, records, evidence, policy. It is stored in
 * one document DIR/UUID.json, which each change replaces atomically and durably. Thread-safe.
 * Changes block for an fsync, so they must not be called on the main loop. A document that cannot
 * be read is left unchanged: firn_catalogue_get_damage() returns the reason, the catalogue is
 * empty, and every change fails with %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Signal "changed" (): emitted on the main loop after each change.
 */
#define FIRN_TYPE_CATALOGUE (firn_catalogue_get_type())
G_DECLARE_FINAL_TYPE(FirnCatalogue, firn_catalogue, FIRN, CATALOGUE, GObject)

/**
 * firn_catalogue_open:
 * @directory: the folder of the documents; made by the first change, mode 0700
 * @vm_name: (nullable): the VM's current name, stored for display; %NULL: the one in the document
 * @profile: the policy of a VM that has none yet
 *
 * Reads the document of a VM. Without a document the catalogue is empty.
 *
 * Returns: (transfer full): a catalogue, also when the document is damaged
 */
FirnCatalogue *firn_catalogue_open(const char *directory,
                                   const char *vm_uuid,
                                   const char *vm_name,
                                   const FirnPolicy *profile);

/**
 * firn_catalogue_get_damage:
 *
 * Returns: (transfer none) (nullable): one sentence with the file's path; %NULL if there is none
 */
const char *firn_catalogue_get_damage(FirnCatalogue *self);

/**
 * firn_catalogue_dup_vm_name:
 *
 * Returns: (transfer full): the VM's last known name; its UUID if there is none
 */
char *firn_catalogue_dup_vm_name(FirnCatalogue *self);

/**
 * firn_catalogue_set_vm_name:
 * @vm_name: the VM's current name
 *
 * Stored together with the next change, not by itself.
 */
void firn_catalogue_set_vm_name(FirnCatalogue *self, const char *vm_name);

/**
 * firn_catalogue_list:
 *
 * Returns: (transfer full) (element-type FirnSnapshot): all records in tree order, with references
 * of their own
 */
GPtrArray *firn_catalogue_list(FirnCatalogue *self);

/**
 * firn_catalogue_count:
 *
 * Returns: how many records count against the limit
 */
guint firn_catalogue_count(FirnCatalogue *self);

/**
 * firn_catalogue_lookup:
 * @key: a name (case-insensitive), a UUID, the beginning of a UUID of at least 4 digits,
 * "@current", "@latest" or "@parent" (the parent of the current one); a name wins over the
 * beginning of a UUID
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND, %FIRN_ENGINE_ERROR_AMBIGUOUS.
 *
 * Returns: (transfer full): the record; %NULL with @error set
 */
FirnSnapshot *firn_catalogue_lookup(FirnCatalogue *self, const char *key, GError **error);

/**
 * firn_catalogue_dup_current:
 *
 * Returns: (transfer full) (nullable): UUID of the current snapshot, which becomes the parent of
 * the next one
 */
char *firn_catalogue_dup_current(FirnCatalogue *self);

/**
 * firn_catalogue_dup_undo:
 *
 * Returns: (transfer full) (nullable): the undo point
 */
FirnUndoPoint *firn_catalogue_dup_undo(FirnCatalogue *self);

/**
 * firn_catalogue_dup_source_mark:
 *
 * Returns: (transfer full) (nullable): UUID of the snapshot that the VM's source still has as its
 * current one, if firn has made another one current since; %NULL: they are the same, or the source
 * was not checked yet
 */
char *firn_catalogue_dup_source_mark(FirnCatalogue *self);

/**
 * firn_catalogue_get_policy:
 * @out_policy: (out): the VM's policy
 */
void firn_catalogue_get_policy(FirnCatalogue *self, FirnPolicy *out_policy);

/**
 * firn_catalogue_dup_default_name:
 * @now_us: microseconds since the epoch
 *
 * Returns: (transfer full): firn_snapshot_name_default(), with "-2", "-3" ... if that name is in
 * use
 */
char *firn_catalogue_dup_default_name(FirnCatalogue *self, gint64 now_us);

/**
 * firn_catalogue_check_new:
 * @name: name of the snapshot to be made
 *
 * Checks whether firn_catalogue_transaction_add() would accept it; the message contains the remedy.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_LIMIT,
 * %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: %TRUE if it would
 */
gboolean firn_catalogue_check_new(FirnCatalogue *self, const char *name, GError **error);

/**
 * firn_catalogue_begin:
 *
 * Begins a change: apply the functions of catalogue-transaction.h, then firn_catalogue_commit(), or
 * drop it. Other changes wait until then, so a thread must not begin a second one.
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: (transfer full): a transaction, not to outlive the catalogue; %NULL with @error set
 */
FirnCatalogueTransaction *firn_catalogue_begin(FirnCatalogue *self, GError **error);

/**
 * firn_catalogue_commit:
 * @change: from firn_catalogue_begin(); can only be freed afterwards
 *
 * Errors: as firn_catalogue_transaction_finish(); %FIRN_ENGINE_ERROR_NO_SPACE or
 * %FIRN_ENGINE_ERROR_FAILED if it cannot be written.
 *
 * Returns: %TRUE once the change is on stable storage; else nothing has changed
 */
gboolean firn_catalogue_commit(FirnCatalogue *self,
                               FirnCatalogueTransaction *change,
                               GError **error);

/**
 * firn_catalogue_list_disks:
 *
 * Returns: (transfer full) (element-type FirnDisk): the VM's disks when they were last seen
 * (target, path, format), or empty
 */
GPtrArray *firn_catalogue_list_disks(FirnCatalogue *self);

/**
 * firn_catalogue_remember_disks:
 * @disks: (element-type FirnDisk): the VM's current writable disks
 *
 * Records target, path and format for the time when the VM is off. Stored together with the next
 * change, not by itself.
 */
void firn_catalogue_remember_disks(FirnCatalogue *self, GPtrArray *disks);
