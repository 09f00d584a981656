/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-disk.h"

gboolean
firn_test_fake_disk_has_tag(FirnTestFakeDisk *disk, const char *tag, guint *out_index)
{
    return g_ptr_array_find_with_equal_func(disk->tags, tag, g_str_equal, out_index);
}

char *
firn_test_fake_disk_describe_snapshot(const char *tag, guint index)
{
    return g_strdup_printf("{\"id\": \"%u\", \"name\": \"%s\", \"vm-state-size\": 0, "
                           "\"date-sec\": 1700000000, \"date-nsec\": 0, \"vm-clock-sec\": 1, "
                           "\"vm-clock-nsec\": 0}",
                           index + 1,
                           tag);
}

static char *
describe_snapshots(FirnTestFakeDisk *disk)
{
    GString *text = g_string_new(disk->tags->len > 0 ? "\"snapshots\": [" : "");

    for (guint i = 0; i < disk->tags->len; i++) {
        g_autofree char *one = firn_test_fake_disk_describe_snapshot(disk->tags->pdata[i], i);
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", one);
    }
    if (disk->tags->len > 0)
        g_string_append(text, "], ");
    return g_string_free(text, FALSE);
}

char *
firn_test_fake_disk_describe_node(FirnTestFakeDisk *disk)
{
    g_autofree char *snapshots = describe_snapshots(disk);

    return g_strdup_printf(
        "{\"file\": \"%s\", \"node-name\": \"%s\", \"ro\": %s, \"drv\": \"%s\", "
        "\"backing_file_depth\": 0, \"encrypted\": false, \"image\": {%s\"filename\": \"%s\", "
        "\"format\": \"%s\", \"virtual-size\": 67108864, \"actual-size\": 1253376, "
        "\"dirty-flag\": false}}",
        disk->file,
        disk->node,
        disk->is_read_only ? "true" : "false",
        disk->driver,
        snapshots,
        disk->file,
        disk->driver);
}

char *
firn_test_fake_disk_describe(FirnTestFakeDisk *disk)
{
    g_autofree char *node = firn_test_fake_disk_describe_node(disk);

    return g_strdup_printf(
        "{\"io-status\": \"ok\", \"device\": \"%s\", \"locked\": false, "
        "\"removable\": false, \"qdev\": "
        "\"/machine/peripheral/%s/virtio-backend\", \"type\": \"unknown\", \"inserted\": %s}",
        disk->device,
        disk->device,
        node);
}

void
firn_test_fake_disk_free(FirnTestFakeDisk *disk)
{
    g_free(disk->device);
    g_free(disk->node);
    g_free(disk->file);
    g_free(disk->driver);
    g_ptr_array_unref(disk->tags);
    g_free(disk);
}

FirnTestFakeDisk *
firn_test_fake_disk_new(guint index)
{
    FirnTestFakeDisk *disk = g_new0(FirnTestFakeDisk, 1);

    disk->device = g_strdup_printf("vd%c", 'a' + (int)index);
    disk->node = g_strdup_printf("node-%s", disk->device);
    disk->file = g_strdup_printf("/images/%s.qcow2", disk->device);
    disk->driver = g_strdup("qcow2");
    disk->tags = g_ptr_array_new_with_free_func(g_free);
    return disk;
}
