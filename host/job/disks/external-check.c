/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "external-check.h"

#include "overlay.h"
#include "snapshot-registry.h"

typedef struct {
    FirnVm *vm;          /* (unowned) */
    GPtrArray *others;   /* (owned) (element-type FirnListedSnapshot) */
    GPtrArray *blockers; /* (unowned) */
} Look;

static gboolean
is_external_on(const FirnListedSnapshot *listed, const char *target)
{
    for (guint i = 0; i < listed->disks->len; i++) {
        const FirnListedDisk *disk = listed->disks->pdata[i];

        if (g_str_equal(disk->target, target) && !g_str_equal(disk->how, "internal") &&
            !g_str_equal(disk->how, "no"))
            return TRUE;
    }
    return FALSE;
}

/* The names of external snapshots, or the commands that remove them from the list, joined by ", ";
 * NULL if none is listed. */
static char *
join_externals(Look *self, const char *target, const char *before, const char *after)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < self->others->len; i++) {
        const FirnListedSnapshot *listed = self->others->pdata[i];

        if (!is_external_on(listed, target))
            continue;
        g_string_append_printf(text,
                               "%s%s%s%s",
                               text->len == 0 ? "" : ", ",
                               before,
                               listed->name,
                               after);
    }
    return text->len == 0 ? NULL : g_strdup(text->str);
}

static void
block(Look *self, const FirnDisk *disk, const char *code, const char *remedy, const char *message)
{
    firn_blockers_add_disk(self->blockers, code, disk->target, remedy, message);
}

static char *
advise_delisting(Look *self, const char *target)
{
    g_autofree char *before =
        g_strdup_printf("virsh snapshot-delete %s ", firn_vm_get_name(self->vm));

    return join_externals(self, target, before, " --metadata");
}

/* An overlay without a listed snapshot may be one of many on a shared template. */
static void
block_overlay(Look *self, const FirnDisk *disk, const char *names)
{
    g_autofree char *merging = firn_overlay_advise(self->vm, disk);
    g_autofree char *delisting = advise_delisting(self, disk->target);
    g_autofree char *message = g_strdup_printf(
        "its image %s is an overlay on %s%s%s; firn makes no internal snapshots in overlays",
        disk->path == NULL ? "" : disk->path,
        disk->backing_path,
        names == NULL ? "" : ", of external snapshot ",
        names == NULL ? "" : names);
    g_autofree char *remedy =
        names == NULL ? g_strdup_printf("%s, unless others use %s too", merging, disk->backing_path)
                      : g_strdup_printf("%s, then: %s", merging, delisting);

    block(self, disk, "BackingChain", remedy, message);
}

static void
block_listed(Look *self, const FirnDisk *disk, const char *names)
{
    g_autofree char *delisting = advise_delisting(self, disk->target);
    g_autofree char *remedy =
        g_strdup_printf("once its overlay is no longer needed: %s", delisting);
    g_autofree char *message =
        g_strdup_printf("libvirt lists the external snapshot %s of this disk; firn does not mix "
                        "internal and external snapshots",
                        names);

    block(self, disk, "ExternalSnapshot", remedy, message);
}

static gboolean
is_clean(Look *self, const FirnDisk *disk)
{
    g_autofree char *names = join_externals(self, disk->target, "", "");

    if (disk->backing_path != NULL)
        block_overlay(self, disk, names);
    else if (names != NULL)
        block_listed(self, disk, names);
    return disk->backing_path == NULL && names == NULL;
}

GPtrArray *
firn_external_check(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) others = firn_snapshot_registry_list_others(vm, &error);
    Look self = {vm, others, blockers};
    GPtrArray *clean = g_ptr_array_new();

    if (others == NULL) {
        firn_blockers_add_error(blockers,
                                "DisksUnknown",
                                "snapshots",
                                "check libvirtd: virsh snapshot-list VM",
                                error);
        return clean;
    }
    for (guint i = 0; i < disks->len; i++)
        if (is_clean(&self, disks->pdata[i]))
            g_ptr_array_add(clean, disks->pdata[i]);
    return clean;
}
