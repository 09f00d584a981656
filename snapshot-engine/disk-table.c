/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-table.h"

#include "image-tool.h"
#include "lvm-look.h"
#include "lvm-name.h"

/* An interrupted revert may have left a disk on LVM without a device. */
static gboolean
is_lost_volume(const FirnDisk *disk)
{
    g_autofree char *vg = NULL;
    g_autofree char *name = NULL;

    return g_str_equal(disk->format, "raw") && disk->path != NULL &&
           !g_file_test(disk->path, G_FILE_TEST_EXISTS) &&
           firn_lvm_name_split(disk->path, &vg, &name);
}

gboolean
firn_disk_table_read(FirnDisk *disk, GError **error)
{
    return g_str_has_prefix(firn_disk_get_backend(disk), "lvm-") || is_lost_volume(disk)
               ? firn_lvm_look_inspect(disk, error)
               : firn_image_tool_inspect(disk, error);
}
