/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backing-chain.h"

#include "engine-error.h"
#include "image-tool.h"
#include "same-file.h"

#define LENGTH_MAX 200 /* the same limit as libvirt's */

static gboolean
refuse(const FirnDisk *image, const char *why, GError **error)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "%s: %s %s",
                image->path,
                why,
                image->backing_path);
    return FALSE;
}

/* Finds the image below @image, which has been read; NULL at the end of the chain. */
static gboolean
step_down(const FirnDisk *image, FirnDisk **out_next, GError **error)
{
    *out_next = NULL;
    if (image->backing_path == NULL || image->backing_path[0] != '/' ||
        g_strcmp0(image->backing_format, "raw") == 0)
        return TRUE;
    if (image->backing_format == NULL)
        return refuse(image, "does not name the format of its backing file", error);
    *out_next = firn_disk_new(image->target, image->backing_format);
    (*out_next)->path = g_strdup(image->backing_path);
    return TRUE;
}

gboolean
firn_backing_chain_has(const FirnDisk *disk, const char *path, gboolean *out_has, GError **error)
{
    g_autoptr(FirnDisk) image = firn_disk_copy(disk);

    for (guint i = 0; i < LENGTH_MAX; i++) {
        FirnDisk *next = NULL;

        if (!firn_image_tool_inspect(image, error))
            return FALSE;
        if (image->backing_path != NULL && firn_same_file(image->backing_path, path)) {
            *out_has = TRUE;
            return TRUE;
        }
        if (!step_down(image, &next, error))
            return FALSE;
        if (next == NULL) {
            *out_has = FALSE;
            return TRUE;
        }
        firn_disk_free(image);
        image = next;
    }
    return refuse(image, "its backing chain does not end:", error);
}
