/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-image.h"

#include <json-glib/json-glib.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

char *
firn_test_disk_image_run(const char *program, ...)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_autofree char *out = NULL;
    g_autofree char *err = NULL;
    g_autoptr(GError) error = NULL;
    va_list rest;
    int status = 0;

    va_start(rest, program);
    for (const char *word = program; word != NULL; word = va_arg(rest, const char *))
        g_ptr_array_add(arguments, (gpointer)word);
    va_end(rest);
    g_ptr_array_add(arguments, NULL);
    g_spawn_sync(NULL,
                 (char **)arguments->pdata,
                 NULL,
                 G_SPAWN_SEARCH_PATH,
                 NULL,
                 NULL,
                 &out,
                 &err,
                 &status,
                 &error);
    g_assert_no_error(error);
    if (!g_spawn_check_wait_status(status, &error))
        g_error("%s: %s: %s", program, error->message, err);
    return g_steal_pointer(&out);
}

static void
make_overlay(const char *path, const char *base)
{
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    "-b",
                                    base,
                                    "-F",
                                    "qcow2",
                                    path,
                                    NULL));
}

char *
firn_test_disk_image_create(const char *dir,
                            const char *name,
                            const char *format,
                            guint mib,
                            gboolean with_backing)
{
    g_autofree char *raw = g_strdup_printf("%s/%s.raw", dir, name);
    g_autofree char *path = g_strdup_printf("%s/%s.%s", dir, name, format);
    g_autofree char *base = g_strdup_printf("%s/%s-base.qcow2", dir, name);
    g_autofree char *size = g_strdup_printf("%uM", mib);
    const char *converted = with_backing ? base : path;

    g_free(firn_test_disk_image_run("truncate", "-s", size, raw, NULL));
    g_free(firn_test_disk_image_run("/sbin/mkfs.ext4", "-q", "-F", raw, NULL));
    if (g_str_equal(format, "raw"))
        return g_steal_pointer(&path);
    g_free(firn_test_disk_image_run("qemu-img", "convert", "-O", format, raw, converted, NULL));
    g_free(firn_test_disk_image_run("rm", raw, NULL));
    if (with_backing)
        make_overlay(path, base);
    return g_steal_pointer(&path);
}

gboolean
firn_test_disk_image_is_device(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISBLK(facts.st_mode);
}

/* Of firn's, which tell their tag and their disk by tags of LVM. */
static char **
list_volumes(const char *path)
{
    g_autofree char *name =
        firn_test_disk_image_run("lvm", "lvs", "--noheadings", "-o", "lv_name", path, NULL);
    g_autofree char *choice = g_strdup_printf("lv_tags=firn.disk=%s", g_strstrip(name));
    g_autofree char *text = firn_test_disk_image_run("lvm",
                                                     "lvs",
                                                     "--noheadings",
                                                     "-o",
                                                     "lv_tags",
                                                     "--select",
                                                     choice,
                                                     NULL);
    g_auto(GStrv) words = g_strsplit_set(text, ", \n", 0);
    g_autoptr(GPtrArray) tags = g_ptr_array_new();

    for (guint i = 0; words[i] != NULL; i++)
        if (g_str_has_prefix(words[i], "firn.tag="))
            g_ptr_array_add(tags, g_strdup(words[i] + strlen("firn.tag=")));
    g_ptr_array_add(tags, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&tags), FALSE);
}

static char **
list_in_image(JsonObject *image)
{
    g_autoptr(GPtrArray) tags = g_ptr_array_new();

    if (json_object_has_member(image, "snapshots")) {
        JsonArray *list = json_object_get_array_member(image, "snapshots");
        for (guint i = 0; i < json_array_get_length(list); i++) {
            JsonObject *snapshot = json_array_get_object_element(list, i);
            g_ptr_array_add(tags, g_strdup(json_object_get_string_member(snapshot, "name")));
        }
    }
    g_ptr_array_add(tags, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&tags), FALSE);
}

/* A block device may hold a qcow2 image, which then has the snapshots in it. */
char **
firn_test_disk_image_list_snapshots(const char *path)
{
    g_autofree char *text =
        firn_test_disk_image_run("qemu-img", "info", "-U", "--output=json", path, NULL);
    g_autoptr(JsonNode) info = json_from_string(text, NULL);
    JsonObject *image = json_node_get_object(info);
    gboolean is_raw = g_str_equal(json_object_get_string_member(image, "format"), "raw");

    return is_raw && firn_test_disk_image_is_device(path) ? list_volumes(path)
                                                          : list_in_image(image);
}

char *
firn_test_disk_image_extract(const char *path, const char *tag)
{
    g_autofree char *choice = g_strconcat("snapshot.name=", tag, NULL);
    char *raw = g_strdup_printf("%s.%s.raw", path, tag);

    g_free(firn_test_disk_image_run("qemu-img",
                                    "convert",
                                    "-U",
                                    "-f",
                                    "qcow2",
                                    "-O",
                                    "raw",
                                    "-l",
                                    choice,
                                    path,
                                    raw,
                                    NULL));
    return raw;
}

gboolean
firn_test_disk_image_needs_recovery(const char *path)
{
    g_autofree char *superblock = firn_test_disk_image_run("dumpe2fs", "-h", path, NULL);

    return strstr(superblock, "needs_recovery") != NULL;
}
