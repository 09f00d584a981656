/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-device.h"
#include "engine-error.h"
#include "fuzz.h"
#include "image-info.h"

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autoptr(FirnDisk) disk = firn_disk_new("vda", "qcow2");
    g_autoptr(FirnDisk) copy = NULL;
    g_autoptr(GError) error = NULL;
    FirnImageFacts facts;

    if (!firn_image_info_parse(disk, text, length, &facts, &error)) {
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
        g_assert_cmpuint(disk->snapshots->len, ==, 0);
        g_assert_null(disk->backing_path);
        return;
    }
    g_assert_cmpuint(disk->size_bytes, <=, G_MAXINT64);
    copy = firn_disk_copy(disk);
    g_assert_cmpuint(copy->snapshots->len, ==, disk->snapshots->len);
    firn_disk_count_tag(copy, "before.0123abcd");
}
