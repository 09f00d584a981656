/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-look.h"

#include <string.h>

#include "block-device.h"
#include "engine-error.h"
#include "lvm-name.h"
#include "lvm-tool.h"

static void
free_disk(gpointer data)
{
    FirnLvmDisk *disk = data;

    g_free(disk->vg);
    g_free(disk->name);
    g_free(disk);
}

void
firn_lvm_look_free(FirnLvmLook *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->disks);
    g_ptr_array_unref(self->lvs);
    g_free(self);
}

const FirnLv *
firn_lvm_look_find(const FirnLvmLook *self, const char *vg, const char *name)
{
    for (guint i = 0; i < self->lvs->len; i++) {
        const FirnLv *lv = self->lvs->pdata[i];

        if (g_str_equal(lv->name, name) && g_str_equal(lv->vg, vg))
            return lv;
    }
    return NULL;
}

gboolean
firn_lvm_look_find_name(const FirnDisk *disk, char **out_vg, char **out_name, GError **error)
{
    if (disk->path != NULL && firn_lvm_name_find(disk->path, out_vg, out_name))
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_NOT_FOUND,
                "%s: is not on a logical volume",
                disk->path == NULL ? disk->target : disk->path);
    return FALSE;
}

static gboolean
add_disk(FirnLvmLook *self, const FirnDisk *disk, GError **error)
{
    FirnLvmDisk *found = g_new0(FirnLvmDisk, 1);

    found->disk = disk;
    g_ptr_array_add(self->disks, found);
    if (!firn_lvm_look_find_name(disk, &found->vg, &found->name, error))
        return FALSE;
    found->lv = firn_lvm_look_find(self, found->vg, found->name);
    if (found->lv != NULL && found->lv->kind == FIRN_LV_KIND_THIN)
        found->pool = firn_lvm_look_find(self, found->vg, found->lv->pool);
    return TRUE;
}

FirnLvmLook *
firn_lvm_look_new(GPtrArray *disks, GError **error)
{
    g_autoptr(FirnLvmLook) self = g_new0(FirnLvmLook, 1);

    self->disks = g_ptr_array_new_with_free_func(free_disk);
    self->lvs = firn_lvm_tool_list(NULL, error);
    if (self->lvs == NULL) {
        self->lvs = g_ptr_array_new();
        return NULL;
    }
    for (guint i = 0; i < disks->len; i++)
        if (!add_disk(self, disks->pdata[i], error))
            return NULL;
    return g_steal_pointer(&self);
}

static gboolean
is_snapshot_of(const FirnLv *lv, const FirnLvmDisk *disk)
{
    g_autofree char *tag = g_strconcat(FIRN_LVM_TAG_DISK, disk->name, NULL);

    return g_str_equal(lv->vg, disk->vg) && firn_lv_has_tag(lv, FIRN_LVM_TAG_SNAPSHOT) &&
           firn_lv_has_tag(lv, tag);
}

const FirnLv *
firn_lvm_look_find_snapshot(const FirnLvmLook *self,
                            const FirnLvmDisk *disk,
                            const char *tag,
                            guint *out_count)
{
    g_autofree char *name = g_strconcat(FIRN_LVM_TAG_NAME, tag, NULL);
    const FirnLv *found = NULL;

    *out_count = 0;
    for (guint i = 0; i < self->lvs->len; i++) {
        const FirnLv *lv = self->lvs->pdata[i];

        if (!is_snapshot_of(lv, disk) || !firn_lv_has_tag(lv, name))
            continue;
        if (++*out_count == 1)
            found = lv;
    }
    return found;
}

static void
add_snapshot(GPtrArray *snapshots, const char *tag)
{
    FirnImageSnapshot *snapshot = g_new0(FirnImageSnapshot, 1);

    snapshot->id = g_strdup("");
    snapshot->tag = g_strdup(tag);
    g_ptr_array_add(snapshots, snapshot);
}

static const char *
name_backend(FirnLvKind kind)
{
    if (kind == FIRN_LV_KIND_THIN)
        return "lvm-thin";
    return kind == FIRN_LV_KIND_THICK ? "lvm-thick" : NULL;
}

/* Without the disk's own LV, its snapshots tell what it was. */
static void
fill_disk(const FirnLvmLook *self, const FirnLvmDisk *place, FirnDisk *disk)
{
    FirnLvKind kind = place->lv == NULL ? FIRN_LV_KIND_OTHER : place->lv->kind;

    g_ptr_array_unref(disk->snapshots);
    disk->snapshots = firn_image_snapshots_parse(NULL);
    for (guint i = 0; i < self->lvs->len; i++) {
        const FirnLv *lv = self->lvs->pdata[i];

        if (!is_snapshot_of(lv, place))
            continue;
        kind = place->lv == NULL ? lv->kind : kind;
        if (place->lv == NULL && lv->kind == FIRN_LV_KIND_THIN && disk->size_bytes == 0)
            disk->size_bytes = lv->size_bytes;
        for (GStrv tag = lv->tags; *tag != NULL; tag++)
            if (g_str_has_prefix(*tag, FIRN_LVM_TAG_NAME))
                add_snapshot(disk->snapshots, *tag + strlen(FIRN_LVM_TAG_NAME));
    }
    g_free(disk->backend);
    disk->backend = g_strdup(name_backend(kind));
    if (place->lv != NULL && disk->size_bytes == 0)
        disk->size_bytes = place->lv->size_bytes;
}

gboolean
firn_lvm_look_inspect(FirnDisk *disk, GError **error)
{
    g_autoptr(GPtrArray) disks = g_ptr_array_new();
    g_autoptr(FirnLvmLook) look = NULL;

    g_ptr_array_add(disks, disk);
    look = firn_lvm_look_new(disks, error);
    if (look == NULL)
        return FALSE;
    fill_disk(look, look->disks->pdata[0], disk);
    return TRUE;
}

static gboolean
is_on_lvm(const FirnDisk *disk)
{
    g_autofree char *vg = NULL;
    g_autofree char *name = NULL;

    return g_str_equal(disk->format, "raw") && disk->path != NULL &&
           firn_lvm_name_find(disk->path, &vg, &name);
}

void
firn_lvm_look_complete(GPtrArray *disks)
{
    g_autoptr(GPtrArray) ours = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLvmLook) look = NULL;

    for (guint i = 0; i < disks->len; i++)
        if (is_on_lvm(disks->pdata[i]))
            g_ptr_array_add(ours, disks->pdata[i]);
    if (ours->len == 0 || !firn_lvm_tool_is_there())
        return;
    look = firn_lvm_look_new(ours, &error);
    for (guint i = 0; i < ours->len; i++) {
        FirnDisk *disk = ours->pdata[i];

        if (look != NULL) {
            fill_disk(look, look->disks->pdata[i], disk);
            continue;
        }
        disk->is_unread = TRUE;
        firn_disk_obstruct(disk, "see what lvs says", "%s", error->message);
    }
}
