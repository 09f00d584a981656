/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk.h"

#include "block-device.h"

void
firn_disk_init(FirnDisk *self)
{
    *self = (FirnDisk){.is_writable = TRUE, .snapshots = firn_image_snapshots_parse(NULL)};
}

FirnDisk *
firn_disk_new(const char *target, const char *format)
{
    FirnDisk *self = g_new0(FirnDisk, 1);

    firn_disk_init(self);
    self->target = g_strdup(target);
    self->format = g_strdup(format);
    return self;
}

static FirnImageSnapshot *
copy_image_snapshot(const FirnImageSnapshot *snapshot)
{
    FirnImageSnapshot *copy = g_memdup2(snapshot, sizeof *snapshot);

    copy->id = g_strdup(snapshot->id);
    copy->tag = g_strdup(snapshot->tag);
    return copy;
}

FirnDisk *
firn_disk_copy(const FirnDisk *self)
{
    FirnDisk *copy = firn_disk_new(self->target, self->format);

    copy->node_name = g_strdup(self->node_name);
    copy->device = g_strdup(self->device);
    copy->path = g_strdup(self->path);
    copy->backend = g_strdup(self->backend);
    copy->backing_path = g_strdup(self->backing_path);
    copy->backing_format = g_strdup(self->backing_format);
    copy->size_bytes = self->size_bytes;
    copy->is_writable = self->is_writable;
    copy->is_remembered = self->is_remembered;
    copy->is_transient = self->is_transient;
    copy->is_left_out = self->is_left_out;
    copy->is_unread = self->is_unread;
    copy->is_left_open = self->is_left_open;
    copy->blocker = g_strdup(self->blocker);
    copy->remedy = g_strdup(self->remedy);
    copy->bitmaps = g_strdupv(self->bitmaps);
    for (guint i = 0; i < self->snapshots->len; i++)
        g_ptr_array_add(copy->snapshots, copy_image_snapshot(self->snapshots->pdata[i]));
    return copy;
}

const char *
firn_disk_get_backend(const FirnDisk *self)
{
    return self->backend == NULL ? "qcow2" : self->backend;
}

void
firn_disk_obstruct(FirnDisk *self, const char *remedy, const char *format, ...)
{
    va_list values;

    if (self->blocker != NULL)
        return;
    va_start(values, format);
    self->blocker = g_strdup_vprintf(format, values);
    va_end(values);
    self->remedy = g_strdup(remedy);
}

void
firn_disk_free(FirnDisk *self)
{
    if (self == NULL)
        return;
    g_free(self->target);
    g_free(self->node_name);
    g_free(self->device);
    g_free(self->path);
    g_free(self->format);
    g_free(self->backend);
    g_free(self->backing_path);
    g_free(self->backing_format);
    g_free(self->blocker);
    g_free(self->remedy);
    g_strfreev(self->bitmaps);
    g_clear_pointer(&self->snapshots, g_ptr_array_unref);
    g_free(self);
}

GPtrArray *
firn_disks_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);
}

guint
firn_disk_count_tag(const FirnDisk *self, const char *tag)
{
    guint count = 0;

    for (guint i = 0; i < self->snapshots->len; i++) {
        const FirnImageSnapshot *snapshot = self->snapshots->pdata[i];

        if (g_strcmp0(snapshot->tag, tag) == 0)
            count++;
    }
    return count;
}

FirnDisk *
firn_disks_find(GPtrArray *disks, const char *target)
{
    for (guint i = 0; i < disks->len; i++) {
        FirnDisk *disk = disks->pdata[i];

        if (g_str_equal(disk->target, target))
            return disk;
    }
    return NULL;
}

FirnDisk *
firn_disks_find_path(GPtrArray *disks, const char *path)
{
    for (guint i = 0; i < disks->len; i++) {
        FirnDisk *disk = disks->pdata[i];

        if (g_strcmp0(disk->path, path) == 0)
            return disk;
    }
    return NULL;
}
