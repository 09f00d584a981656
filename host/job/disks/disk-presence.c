/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-presence.h"

#include "delete-snapshot.h"
#include "disk-table.h"
#include "host-error.h"
#include "image-place.h"

struct _FirnDiskPresenceLook {
    GPtrArray *disks; /* (owned) (nullable) (element-type FirnDisk) */
    GError *trouble;  /* (owned) (nullable) */
    gboolean is_off;
    GHashTable *images; /* (owned) (element-type utf8 Image) by path */
};

/* An image that is no longer a disk of the VM. */
typedef struct {
    FirnDisk *disk; /* (owned) (nullable) with its table; NULL: it is gone, or there is an error */
    GError *error;  /* (owned) (nullable) */
} Image;

static void
free_image(gpointer data)
{
    Image *image = data;

    if (image->disk != NULL)
        firn_disk_free(image->disk);
    g_clear_error(&image->error);
    g_free(image);
}

FirnDiskPresenceLook *
firn_disk_presence_look_new(GPtrArray *disks, const GError *trouble, gboolean is_off)
{
    FirnDiskPresenceLook *self = g_new0(FirnDiskPresenceLook, 1);

    self->disks = disks == NULL ? NULL : g_ptr_array_ref(disks);
    self->trouble = trouble == NULL ? NULL : g_error_copy(trouble);
    self->is_off = is_off;
    self->images = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_image);
    return self;
}

void
firn_disk_presence_look_free(FirnDiskPresenceLook *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_clear_error(&self->trouble);
    g_hash_table_unref(self->images);
    g_free(self);
}

static Image *
read_image(const FirnSnapshotDisk *wanted)
{
    Image *image = g_new0(Image, 1);
    FirnDisk *found = NULL;

    if (!firn_delete_snapshot_find_image(wanted, &found, &image->error) || found == NULL)
        return image;
    if (firn_disk_table_read(found, &image->error))
        image->disk = found;
    else
        firn_disk_free(found);
    return image;
}

static const Image *
find_image(FirnDiskPresenceLook *self, const FirnSnapshotDisk *wanted)
{
    g_autofree char *key = g_strdup_printf("%s %s %s",
                                           wanted->file_system == NULL ? "" : wanted->file_system,
                                           wanted->backend,
                                           wanted->path);
    Image *image = g_hash_table_lookup(self->images, key);

    if (image == NULL) {
        image = read_image(wanted);
        g_hash_table_insert(self->images, g_steal_pointer(&key), image);
    }
    return image;
}

static const FirnDisk *
find_disk(FirnDiskPresenceLook *self, const FirnSnapshot *snapshot, const FirnSnapshotDisk *wanted)
{
    return self->disks == NULL ? NULL
                               : firn_delete_snapshot_find_disk(self->disks, snapshot, wanted);
}

/* While a VM runs or its state is unknown, its images must be read through QEMU only. */
static gboolean
may_read_images(FirnDiskPresenceLook *self)
{
    return self->disks != NULL || self->is_off;
}

void
firn_disk_presence_look_prepare(FirnDiskPresenceLook *self, GPtrArray *records)
{
    for (guint i = 0; may_read_images(self) && i < records->len; i++) {
        const FirnSnapshot *snapshot = records->pdata[i];

        for (guint j = 0; j < snapshot->disks->len; j++)
            if (find_disk(self, snapshot, snapshot->disks->pdata[j]) == NULL)
                find_image(self, snapshot->disks->pdata[j]);
    }
}

static gboolean
fail(GError **error, const GError *cause)
{
    if (cause == NULL)
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_VM_UNREACHABLE,
                            "cannot read the disks of the VM");
    else
        g_propagate_error(error, g_error_copy(cause));
    return FALSE;
}

static gboolean
count_on_image(FirnDiskPresenceLook *self,
               const FirnSnapshotDisk *wanted,
               const char *tag,
               guint *out_count,
               GError **error)
{
    const Image *image;

    if (!may_read_images(self))
        return fail(error, self->trouble);
    image = find_image(self, wanted);
    if (image->error != NULL)
        return fail(error, image->error);
    /* Which image the disk has now is not known. */
    if (image->disk == NULL && self->disks == NULL)
        return fail(error, self->trouble);
    *out_count = image->disk == NULL ? 0 : firn_disk_count_tag(image->disk, tag);
    return TRUE;
}

/* The file at this path may be visible only because a file system is not mounted. */
static gboolean
check_place(const FirnSnapshotDisk *wanted, const FirnDisk *disk, GError **error)
{
    if (g_strcmp0(disk->path, wanted->path) != 0 || wanted->file_system == NULL ||
        firn_image_place_look(wanted->path, wanted->file_system) != FIRN_IMAGE_PLACE_UNREACHABLE)
        return TRUE;
    return firn_delete_snapshot_refuse_unreachable(wanted, error);
}

gboolean
firn_disk_presence_look_count(FirnDiskPresenceLook *self,
                              const FirnSnapshot *snapshot,
                              const FirnSnapshotDisk *wanted,
                              guint *out_count,
                              GError **error)
{
    const FirnDisk *disk = find_disk(self, snapshot, wanted);
    guint count;

    if (disk == NULL)
        return count_on_image(self, wanted, snapshot->tag, out_count, error);
    count = firn_disk_count_tag(disk, snapshot->tag);
    if (count == 0 && !check_place(wanted, disk, error))
        return FALSE;
    *out_count = count;
    return TRUE;
}

FirnDiskPresence
firn_disk_presence_judge(guint n_whole, guint n_lacking, guint n_odd, guint n_unread)
{
    if (n_unread > 0)
        return FIRN_DISK_PRESENCE_UNREACHABLE;
    if (n_whole > 0 && n_lacking + n_odd == 0)
        return FIRN_DISK_PRESENCE_WHOLE;
    return n_whole + n_odd == 0 ? FIRN_DISK_PRESENCE_MISSING : FIRN_DISK_PRESENCE_DEGRADED;
}

FirnDiskPresence
firn_disk_presence_look_judge(FirnDiskPresenceLook *self, const FirnSnapshot *snapshot)
{
    guint n_whole = 0, n_lacking = 0, n_odd = 0, n_unread = 0;

    for (guint i = 0; i < snapshot->disks->len; i++) {
        guint count = 0;

        if (!firn_disk_presence_look_count(self, snapshot, snapshot->disks->pdata[i], &count, NULL))
            n_unread++;
        else if (count == 0)
            n_lacking++;
        else if (count == 1)
            n_whole++;
        else
            n_odd++;
    }
    return firn_disk_presence_judge(n_whole, n_lacking, n_odd, n_unread);
}
