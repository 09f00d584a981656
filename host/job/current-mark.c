/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "current-mark.h"

static const FirnSnapshot *
find(GPtrArray *records, const char *uuid)
{
    for (guint i = 0; uuid != NULL && i < records->len; i++)
        if (g_str_equal(((FirnSnapshot *)records->pdata[i])->uuid, uuid))
            return records->pdata[i];
    return NULL;
}

/* The first on the line of which there is a record: others may have made snapshots below it. */
static const FirnSnapshot *
find_theirs(GPtrArray *records, GStrv line)
{
    for (GStrv tag = line; *tag != NULL; tag++)
        for (guint i = 0; i < records->len; i++)
            if (g_str_equal(((FirnSnapshot *)records->pdata[i])->tag, *tag))
                return records->pdata[i];
    return NULL;
}

/* The nearest to the mark that the source knows of. */
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
    g_autoptr(GError) error = NULL;

    if (firn_catalogue_set_current(firn_vm_get_catalogue(vm), to == NULL ? NULL : to->uuid, &error))
        g_message("%s: somebody has gone back to %s",
                  firn_vm_get_name(vm),
                  to == NULL ? "what firn does not know" : to->name);
    else
        g_warning("%s: the mark of its current snapshot cannot be moved: %s",
                  firn_vm_get_name(vm),
                  error->message);
}

void
firn_current_mark_follow(FirnVm *vm)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autoptr(GPtrArray) records = firn_catalogue_list(catalogue);
    g_autofree char *current = firn_catalogue_dup_current(catalogue);
    g_auto(GStrv) line = records->len == 0 ? NULL : firn_vm_list_line(vm, NULL);
    g_auto(GStrv) listed = NULL;
    const FirnSnapshot *theirs;

    if (line == NULL || *line == NULL)
        return;
    listed = firn_vm_list_registered(vm, NULL);
    if (listed == NULL)
        return;
    theirs = find_theirs(records, line);
    if (theirs != find_ours(records, current, listed))
        move_mark(vm, theirs);
}
