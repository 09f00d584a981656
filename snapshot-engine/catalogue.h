/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "disk.h"
#include "policy.h"
#include "undo-point.h"

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
 * @vm_uuid: the VM
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
 * Checks whether firn_catalogue_add() would accept it; the message contains the remedy.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_LIMIT,
 * %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: %TRUE if it would
 */
gboolean firn_catalogue_check_new(FirnCatalogue *self, const char *name, GError **error);

/**
 * firn_catalogue_add:
 * @snapshot: (transfer none): a complete record; must not be changed afterwards
 *
 * Adds a record and makes it current.
 *
 * Errors: as firn_catalogue_check_new(); %FIRN_ENGINE_ERROR_NO_SPACE or %FIRN_ENGINE_ERROR_FAILED
 * if it cannot be written.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_catalogue_add(FirnCatalogue *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_catalogue_adopt:
 * @snapshot: (transfer none): a complete record of a foreign snapshot; must not be changed
 * afterwards
 *
 * Adds a record. The current snapshot does not change.
 *
 * Errors: as firn_catalogue_add().
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_catalogue_adopt(FirnCatalogue *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_catalogue_keep:
 * @snapshot: (transfer none): a complete record of a state that would be lost otherwise; must not
 * be changed afterwards
 *
 * Adds a record and ignores the limit. The current snapshot does not change.
 *
 * Errors: as firn_catalogue_add(), but for the limit.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_catalogue_keep(FirnCatalogue *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_catalogue_remove:
 * @uuid: UUID of a record
 *
 * Removes a record; its children become children of its parent. If it was current, its parent
 * becomes current.
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND and as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_remove(FirnCatalogue *self, const char *uuid, GError **error);

/**
 * firn_catalogue_edit:
 * @uuid: UUID of a record
 * @name: (nullable): its new name
 * @comment: (nullable): its new comment
 *
 * Changes the labels of a record; data, evidence and the tag on disk do not change.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_NOT_FOUND and
 * as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_edit(FirnCatalogue *self,
                             const char *uuid,
                             const char *name,
                             const char *comment,
                             GError **error);

/**
 * firn_catalogue_set_current:
 * @uuid: (nullable): UUID of a record; %NULL: none
 *
 * Records that the VM was reverted by another program: this snapshot is current now.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID for an unknown one, and as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_set_current(FirnCatalogue *self, const char *uuid, GError **error);

/**
 * firn_catalogue_record_restore:
 * @current: (nullable): UUID of the snapshot that becomes current
 * @undo: (nullable): the undo point; replaces the existing one
 *
 * Records a restore, or the undo of one: both values change together.
 *
 * Errors: as firn_catalogue_set_current().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_record_restore(FirnCatalogue *self,
                                       const char *current,
                                       FirnUndoPoint *undo,
                                       GError **error);

/**
 * firn_catalogue_set_source_mark:
 * @uuid: (nullable): UUID of a record
 *
 * Sets what firn_catalogue_dup_source_mark() returns, until that record is removed.
 *
 * Errors: as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_set_source_mark(FirnCatalogue *self, const char *uuid, GError **error);

/**
 * firn_catalogue_add_undo_run:
 * @uuid: UUID of the undo point's snapshot
 * @us: for how long the VM was seen running since the restore, beyond what is already recorded
 *
 * Harmless if the undo point was replaced meanwhile.
 *
 * Errors: as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_add_undo_run(FirnCatalogue *self,
                                     const char *uuid,
                                     gint64 us,
                                     GError **error);

/**
 * firn_catalogue_forget_undo:
 *
 * Errors: as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_forget_undo(FirnCatalogue *self, GError **error);

/**
 * firn_catalogue_set_policy:
 * @policy: the new policy; a lower limit deletes nothing
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_set_policy(FirnCatalogue *self, const FirnPolicy *policy, GError **error);

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
