/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-info.h"

#include "block-device.h"
#include "engine-error.h"
#include "json-guard.h"
#include "json-read.h"

static const FirnJsonLimits limits = {FIRN_IMAGE_INFO_BYTES_MAX, 1024 * 1024, 100000, 16};

static gboolean
refuse(const FirnDisk *disk, const char *what, GError **error)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "%s: %s",
                disk->path == NULL ? disk->target : disk->path,
                what);
    return FALSE;
}

/* A bitmap is marked as in use until the image is closed; the dirty flag of lazy refcounts means
 * the same. */
static gboolean
is_left_open(JsonObject *info, JsonObject *data)
{
    JsonArray *bitmaps = firn_json_read_array(data, "bitmaps");
    guint n_bitmaps = bitmaps == NULL ? 0 : json_array_get_length(bitmaps);

    if (firn_json_read_boolean(info, "dirty-flag", FALSE))
        return TRUE;
    for (guint i = 0; i < n_bitmaps; i++)
        if (firn_json_read_has_word(
                firn_json_read_array(firn_json_read_element(bitmaps, i), "flags"),
                "in-use"))
            return TRUE;
    return FALSE;
}

static GStrv
read_bitmaps(JsonObject *data)
{
    JsonArray *bitmaps = firn_json_read_array(data, "bitmaps");
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    for (guint i = 0; bitmaps != NULL && i < json_array_get_length(bitmaps); i++) {
        const char *name = firn_json_read_string(firn_json_read_element(bitmaps, i), "name");

        if (name != NULL)
            g_strv_builder_add(names, name);
    }
    return g_strv_builder_end(names);
}

static gboolean
read_image(FirnDisk *disk, JsonObject *info, FirnImageFacts *out_facts)
{
    JsonObject *specific = firn_json_read_object(info, "format-specific");
    JsonObject *data = firn_json_read_object(specific, "data");
    const char *backing = firn_json_read_string(info, "full-backing-filename");
    gint64 size_bytes = firn_json_read_int(info, "virtual-size", -1);

    if (size_bytes < 0 || g_strcmp0(firn_json_read_string(info, "format"), disk->format) != 0)
        return FALSE;
    if (backing == NULL)
        backing = firn_json_read_string(info, "backing-filename");
    disk->size_bytes = (guint64)size_bytes;
    g_free(disk->backing_path);
    disk->backing_path = g_strdup(backing);
    g_free(disk->backing_format);
    disk->backing_format = g_strdup(firn_json_read_string(info, "backing-filename-format"));
    g_ptr_array_unref(disk->snapshots);
    disk->snapshots = firn_image_snapshots_parse(firn_json_read_array(info, "snapshots"));
    disk->is_left_open = is_left_open(info, data);
    out_facts->cluster_bytes = (guint64)MAX(firn_json_read_int(info, "cluster-size", 0), 0);
    out_facts->has_data_file = firn_json_read_string(data, "data-file") != NULL;
    g_strfreev(disk->bitmaps);
    disk->bitmaps = read_bitmaps(data);
    out_facts->is_encrypted = firn_json_read_boolean(info, "encrypted", FALSE);
    out_facts->refcount_bits = (guint)CLAMP(firn_json_read_int(data, "refcount-bits", 0), 0, 64);
    out_facts->is_corrupt = firn_json_read_boolean(data, "corrupt", FALSE);
    return TRUE;
}

gboolean
firn_image_info_parse(FirnDisk *disk,
                      const char *text,
                      gsize length,
                      FirnImageFacts *out_facts,
                      GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(JsonNode) root = firn_json_guard_parse(text, length, &limits, &cause);

    if (root == NULL)
        return refuse(disk, cause->message, error);
    return read_image(disk, json_node_get_object(root), out_facts) ||
           refuse(disk, "qemu-img info reports another format, or no size", error);
}
