/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-table.h"

#include "image-tool.h"
#include "lvm-look.h"

gboolean
firn_disk_table_read(FirnDisk *disk, GError **error)
{
    return g_str_has_prefix(firn_disk_get_backend(disk), "lvm-")
               ? firn_lvm_look_inspect(disk, error)
               : firn_image_tool_inspect(disk, error);
}
