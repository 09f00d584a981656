/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "disk.h"
#include "policy.h"
#include "undo-point.h"

/**
 * FirnCatalogue:
 *
 * What is known about the snapshots of one VM: tree, records, evidence, policy; one document
 * DIR/UUID.json, replaced atomically and durably by each change. May be used from any thread.
 * Changes block for an fsync: never call one on the main loop. A document that cannot be read is
 * left where it is, untouched: then firn_catalogue_get_damage() says why, the catalogue is empty,
 * and every change is refused with %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Signal "changed" (): emitted on the main loop after each change.
 */
#define FIRN_TYPE_CATALOGUE (firn_catalogue_get_type())
G_DECLARE_FINAL_TYPE(FirnCatalogue, firn_catalogue, FIRN, CATALOGUE, GObject)

/**
 * firn_catalogue_open:
 * @directory: where the documents are; made by the first change, mode 0700
 * @vm_uuid: the VM
 * @vm_name: (nullable): the VM's name at this time, kept for people; %NULL: the one in the document
 * @profile: the policy of a VM that has none yet
 *
 * Reads the document of a VM. A missing one is an empty catalogue.
 *
 * Returns: (transfer full): a catalogue, also when the document is damaged
 */
FirnCatalogue *firn_catalogue_open(const char *directory,
                                   const char *vm_uuid,
                                   const char *vm_name,
                                   const FirnPolicy *profile);

/**
 * firn_catalogue_get_damage:
 * @self: a catalogue
 *
 * Returns: (transfer none) (nullable): one sentence with the file's path; %NULL if all is well
 */
const char *firn_catalogue_get_damage(FirnCatalogue *self);

/**
 * firn_catalogue_dup_vm_name:
 * @self: a catalogue
 *
 * Returns: (transfer full): what the VM was last called; its UUID if nobody knows
 */
char *firn_catalogue_dup_vm_name(FirnCatalogue *self);

/**
 * firn_catalogue_set_vm_name:
 * @self: a catalogue
 * @vm_name: the VM's name at this time
 *
 * Written with the next change, not by itself.
 */
void firn_catalogue_set_vm_name(FirnCatalogue *self, const char *vm_name);

/**
 * firn_catalogue_list:
 * @self: a catalogue
 *
 * Returns: (transfer full) (element-type FirnSnapshot): all records in tree order, with references
 * of their own
 */
GPtrArray *firn_catalogue_list(FirnCatalogue *self);

/**
 * firn_catalogue_count:
 * @self: a catalogue
 *
 * Returns: how many records count against the limit
 */
guint firn_catalogue_count(FirnCatalogue *self);

/**
 * firn_catalogue_lookup:
 * @self: a catalogue
 * @key: a name (case-insensitive), a UUID, the beginning of a UUID of at least 4 digits,
 * "@current", "@latest" or "@parent" (the parent of the current one); a name wins over the
 * beginning of a UUID
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND, %FIRN_ENGINE_ERROR_AMBIGUOUS.
 *
 * Returns: (transfer full): the record; %NULL with @error set
 */
FirnSnapshot *firn_catalogue_lookup(FirnCatalogue *self, const char *key, GError **error);

/**
 * firn_catalogue_dup_current:
 * @self: a catalogue
 *
 * Returns: (transfer full) (nullable): UUID of the snapshot from which the VM went on; the parent
 * of the next one
 */
char *firn_catalogue_dup_current(FirnCatalogue *self);

/**
 * firn_catalogue_dup_undo:
 * @self: a catalogue
 *
 * Returns: (transfer full) (nullable): the way back from having gone back
 */
FirnUndoPoint *firn_catalogue_dup_undo(FirnCatalogue *self);

/**
 * firn_catalogue_dup_source_mark:
 * @self: a catalogue
 *
 * Returns: (transfer full) (nullable): UUID of the record that the VM's source was seen to have for
 * the current one although firn has gone from it; %NULL: it has the same, or nobody has looked
 */
char *firn_catalogue_dup_source_mark(FirnCatalogue *self);

/**
 * firn_catalogue_get_policy:
 * @self: a catalogue
 * @out_policy: (out): the VM's policy
 */
void firn_catalogue_get_policy(FirnCatalogue *self, FirnPolicy *out_policy);

/**
 * firn_catalogue_dup_default_name:
 * @self: a catalogue
 * @now_us: microseconds since the epoch
 *
 * Returns: (transfer full): firn_snapshot_name_default(), with "-2", "-3" ... if there is one of
 * that name
 */
char *firn_catalogue_dup_default_name(FirnCatalogue *self, gint64 now_us);

/**
 * firn_catalogue_check_new:
 * @self: a catalogue
 * @name: name of the snapshot to be made
 * @error: return location for a #GError
 *
 * Tells whether firn_catalogue_add() would take it; the message says what to do.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_LIMIT,
 * %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: %TRUE if it would
 */
gboolean firn_catalogue_check_new(FirnCatalogue *self, const char *name, GError **error);

/**
 * firn_catalogue_add:
 * @self: a catalogue
 * @snapshot: (transfer none): a complete record; must not be changed any more
 * @error: return location for a #GError
 *
 * Adds a record and makes it the current one.
 *
 * Errors: as firn_catalogue_check_new(); %FIRN_ENGINE_ERROR_NO_SPACE or %FIRN_ENGINE_ERROR_FAILED
 * if it cannot be written.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_catalogue_add(FirnCatalogue *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_catalogue_adopt:
 * @self: a catalogue
 * @snapshot: (transfer none): a complete record of what others have made; must not be changed any
 * more
 * @error: return location for a #GError
 *
 * Adds a record. The current one stays that.
 *
 * Errors: as firn_catalogue_add().
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_catalogue_adopt(FirnCatalogue *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_catalogue_keep:
 * @self: a catalogue
 * @snapshot: (transfer none): a complete record of what would be lost otherwise; must not be
 * changed any more
 * @error: return location for a #GError
 *
 * Adds a record, whatever the limit says. The current one stays that.
 *
 * Errors: as firn_catalogue_add(), but for the limit.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_catalogue_keep(FirnCatalogue *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_catalogue_remove:
 * @self: a catalogue
 * @uuid: UUID of a record
 * @error: return location for a #GError
 *
 * Forgets a record; its children become children of its parent; if it was the current one, its
 * parent is now.
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND and as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_remove(FirnCatalogue *self, const char *uuid, GError **error);

/**
 * firn_catalogue_edit:
 * @self: a catalogue
 * @uuid: UUID of a record
 * @name: (nullable): its new name
 * @comment: (nullable): its new comment
 * @error: return location for a #GError
 *
 * Changes the labels of a record; data, evidence and the tag on disk stay.
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
 * @self: a catalogue
 * @uuid: (nullable): UUID of a record; %NULL: the VM is below none of them
 * @error: return location for a #GError
 *
 * Somebody has gone back: the VM goes on from this record now.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID for an unknown one, and as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_set_current(FirnCatalogue *self, const char *uuid, GError **error);

/**
 * firn_catalogue_go_back:
 * @self: a catalogue
 * @current: (nullable): UUID of the record that the VM goes on from
 * @undo: (nullable): the way back from that, instead of the one that was there
 * @error: return location for a #GError
 *
 * firn has gone back, or undone that: both are told at once.
 *
 * Errors: as firn_catalogue_set_current().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_go_back(FirnCatalogue *self,
                                const char *current,
                                FirnUndoPoint *undo,
                                GError **error);

/**
 * firn_catalogue_set_source_mark:
 * @self: a catalogue
 * @uuid: (nullable): UUID of a record
 * @error: return location for a #GError
 *
 * What firn_catalogue_dup_source_mark() tells from now on, until that record is removed.
 *
 * Errors: as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_set_source_mark(FirnCatalogue *self, const char *uuid, GError **error);

/**
 * firn_catalogue_add_undo_run:
 * @self: a catalogue
 * @uuid: UUID of what is kept for undoing
 * @us: for how long the VM was seen running since it went back, and that is not noted yet
 * @error: return location for a #GError
 *
 * Harmless if something else is kept meanwhile.
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
 * @self: a catalogue
 * @error: return location for a #GError
 *
 * Errors: as firn_catalogue_add().
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_forget_undo(FirnCatalogue *self, GError **error);

/**
 * firn_catalogue_set_policy:
 * @self: a catalogue
 * @policy: the new policy; a lower limit deletes nothing
 * @error: return location for a #GError
 *
 * Returns: %TRUE once that is on stable storage
 */
gboolean firn_catalogue_set_policy(FirnCatalogue *self, const FirnPolicy *policy, GError **error);

/**
 * firn_catalogue_list_disks:
 * @self: a catalogue
 *
 * Returns: (transfer full) (element-type FirnDisk): the VM's disks as last remembered (target,
 * path, format), or empty
 */
GPtrArray *firn_catalogue_list_disks(FirnCatalogue *self);

/**
 * firn_catalogue_remember_disks:
 * @self: a catalogue
 * @disks: (element-type FirnDisk): the VM's writable disks as seen now
 *
 * Notes target, path and format for the time when the VM is off. Written with the next change, not
 * by itself.
 */
void firn_catalogue_remember_disks(FirnCatalogue *self, GPtrArray *disks);
