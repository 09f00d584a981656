/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "before-snapshot.h"

#include "engine-error.h"

#define NAMES_MAX 1000

static gboolean
keep_for_undo(FirnVm *vm,
              FirnSnapshot *present,
              const FirnIntentRestore *restore,
              char **out_command,
              GError **error)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autofree char *current = firn_catalogue_dup_current(catalogue);
    g_autoptr(FirnUndoPoint) undo =
        firn_undo_point_new(present, restore->target, restore->run_before);
    g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(catalogue, error);

    if (change == NULL)
        return FALSE;
    firn_catalogue_transaction_restore(change, current, undo);
    if (!firn_catalogue_commit(catalogue, change, error))
        return FALSE;
    *out_command = g_strdup_printf("firn undo %s", firn_vm_get_name(vm));
    return TRUE;
}

/* A record without a name gets one that tells what it precedes; its tag on the disks does not
 * change. */
static FirnSnapshot *
make_record(FirnCatalogue *catalogue, const FirnSnapshot *present, const FirnIntentRestore *restore)
{
    FirnSnapshot *record = firn_snapshot_copy(present);
    g_autoptr(FirnSnapshot) parent =
        record->parent == NULL ? NULL : firn_catalogue_lookup(catalogue, record->parent, NULL);

    if (parent == NULL)
        g_clear_pointer(&record->parent, g_free);
    g_free(record->comment);
    record->comment =
        g_strdup_printf("the state before the restore to %s, during which the VM was started",
                        restore->target_name);
    return record;
}

static void
name_record(FirnSnapshot *record, const char *target_name, guint number)
{
    g_free(record->name);
    record->name = number == 1 ? g_strdup_printf("before-%.48s", target_name)
                               : g_strdup_printf("before-%.48s-%u", target_name, number);
}

/* There is only one undo point, and it holds an older state. */
static gboolean
keep_as_snapshot(FirnVm *vm,
                 const FirnSnapshot *present,
                 const FirnIntentRestore *restore,
                 char **out_command,
                 GError **error)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autoptr(FirnSnapshot) record = make_record(catalogue, present, restore);
    g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(catalogue, error);
    g_autoptr(GError) failure = NULL;

    if (change == NULL)
        return FALSE;
    name_record(record, restore->target_name, 1);
    for (guint number = 2; !firn_catalogue_transaction_keep(change, record, &failure); number++) {
        if (!g_error_matches(failure, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS) ||
            number > NAMES_MAX) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        g_clear_error(&failure);
        name_record(record, restore->target_name, number);
    }
    if (!firn_catalogue_commit(catalogue, change, error))
        return FALSE;
    *out_command = g_strdup_printf("firn restore %s %s", firn_vm_get_name(vm), record->name);
    return TRUE;
}

gboolean
firn_before_snapshot_keep(FirnVm *vm,
                          FirnSnapshot *present,
                          const FirnIntentRestore *restore,
                          char **out_command,
                          GError **error)
{
    g_autoptr(FirnUndoPoint) older = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));

    if (present->definition == NULL)
        present->definition = g_strdup(restore->definition);

    return older == NULL ? keep_for_undo(vm, present, restore, out_command, error)
                         : keep_as_snapshot(vm, present, restore, out_command, error);
}
