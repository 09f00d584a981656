/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "current-snapshot.h"

#include "snapshot-registry.h"

static const FirnSnapshot *
find(GPtrArray *records, const char *uuid)
{
    for (guint i = 0; uuid != NULL && i < records->len; i++)
        if (g_str_equal(((FirnSnapshot *)records->pdata[i])->uuid, uuid))
            return records->pdata[i];
    return NULL;
}

/* The nearest ancestor that has a record: other tools may have made snapshots below it. */
static const FirnSnapshot *
find_theirs(GPtrArray *records, GStrv line)
{
    for (GStrv tag = line; *tag != NULL; tag++)
        for (guint i = 0; i < records->len; i++)
            if (g_str_equal(((FirnSnapshot *)records->pdata[i])->tag, *tag))
                return records->pdata[i];
    return NULL;
}

/* The nearest ancestor of the catalogue's current snapshot that the source lists. */
static const FirnSnapshot *
find_ours(GPtrArray *records, const char *current, GStrv listed)
{
    const FirnSnapshot *record = find(records, current);

    while (record != NULL && !g_strv_contains((const char *const *)listed, record->tag))
        record = find(records, record->parent);
    return record;
}

static void
move_mark(FirnVm *vm, const FirnSnapshot *to)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(catalogue, &error);

    if (change != NULL)
        firn_catalogue_transaction_set_current(change, to == NULL ? NULL : to->uuid);
    if (change != NULL && firn_catalogue_commit(catalogue, change, &error))
        g_message("%s: restored to %s outside firn",
                  firn_vm_get_name(vm),
                  to == NULL ? "a snapshot that firn does not know" : to->name);
    else
        g_warning("%s: cannot set the current snapshot: %s", firn_vm_get_name(vm), error->message);
}

/* The current snapshot, according to the source and to the catalogue. */
typedef struct {
    GPtrArray *records;         /* (owned) */
    const FirnSnapshot *theirs; /* (unowned) (nullable) */
    const FirnSnapshot *ours;   /* (unowned) (nullable) the nearest one that the source lists */
} Comparison;

static void
comparison_clear(Comparison *self)
{
    g_ptr_array_unref(self->records);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Comparison, comparison_clear)

/* FALSE if the source does not answer. */
static gboolean
compare(Comparison *self, FirnVm *vm)
{
    g_autofree char *current = firn_catalogue_dup_current(firn_vm_get_catalogue(vm));
    g_auto(GStrv) line =
        self->records->len == 0 ? NULL : firn_snapshot_registry_list_line(vm, NULL);
    g_auto(GStrv) listed = NULL;

    if (line == NULL || *line == NULL)
        return FALSE;
    listed = firn_snapshot_registry_list(vm, NULL);
    if (listed == NULL)
        return FALSE;
    self->theirs = find_theirs(self->records, line);
    self->ours = find_ours(self->records, current, listed);
    return TRUE;
}

static void
note_source_mark(FirnVm *vm, const char *uuid)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autofree char *noted = firn_catalogue_dup_source_mark(catalogue);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnCatalogueTransaction) change = NULL;

    if (g_strcmp0(noted, uuid) == 0)
        return;
    change = firn_catalogue_begin(catalogue, &error);
    if (change != NULL)
        firn_catalogue_transaction_set_source_mark(change, uuid);
    if (change == NULL || !firn_catalogue_commit(catalogue, change, &error))
        g_warning("%s: cannot record the source's current snapshot: %s",
                  firn_vm_get_name(vm),
                  error->message);
}

void
firn_current_snapshot_sync(FirnVm *vm)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autofree char *noted = firn_catalogue_dup_source_mark(catalogue);
    g_auto(Comparison) found = {firn_catalogue_list(catalogue), NULL, NULL};

    if (!compare(&found, vm))
        return;
    if (found.theirs != found.ours) {
        /* The source already had it when firn restored another snapshot, so it has not moved. */
        if (found.theirs != NULL && g_strcmp0(noted, found.theirs->uuid) == 0)
            return;
        move_mark(vm, found.theirs);
    }
    note_source_mark(vm, NULL);
}

void
firn_current_snapshot_note_divergence(FirnVm *vm)
{
    g_auto(Comparison) found = {firn_catalogue_list(firn_vm_get_catalogue(vm)), NULL, NULL};
    gboolean differs = compare(&found, vm) && found.theirs != found.ours;

    note_source_mark(vm, differs && found.theirs != NULL ? found.theirs->uuid : NULL);
}
