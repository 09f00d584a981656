/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-name.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "checked-open.h"
#include "file-descriptor.h"

#define DEVICE_NAME_MAX 127
/* The longest suffix: "_tmeta" of a pool, "-real" and "-cow" of a thick snapshot. */
#define SUFFIX_LENGTH 8
#define HEX_LENGTH    8
/* A name or UUID of device-mapper has at most 128 bytes. */
#define FACT_BYTES_MAX 256

/* VG-LV, where dashes within the names are doubled. */
static gboolean
split_mapped(const char *name, char **out_vg, char **out_lv)
{
    g_autoptr(GString) part = g_string_new(NULL);
    g_autofree char *vg = NULL;

    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '-' && at[1] != '-') {
            if (vg != NULL)
                return FALSE;
            vg = g_strdup(part->str);
            g_string_truncate(part, 0);
            continue;
        }
        g_string_append_c(part, *at);
        if (*at == '-')
            at++;
    }
    if (vg == NULL || *vg == '\0' || part->len == 0)
        return FALSE;
    *out_vg = g_steal_pointer(&vg);
    *out_lv = g_strdup(part->str);
    return TRUE;
}

gboolean
firn_lvm_name_split(const char *path, char **out_vg, char **out_lv)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 5);

    if (g_strv_length(parts) != 4 || *parts[0] != '\0' || !g_str_equal(parts[1], "dev") ||
        *parts[2] == '\0' || *parts[3] == '\0')
        return FALSE;
    if (g_str_equal(parts[2], "mapper"))
        return split_mapped(parts[3], out_vg, out_lv);
    *out_vg = g_strdup(parts[2]);
    *out_lv = g_strdup(parts[3]);
    return TRUE;
}

static char *
read_fact(dev_t device, const char *fact)
{
    g_autofree char *path =
        g_strdup_printf("/sys/dev/block/%u:%u/dm/%s", major(device), minor(device), fact);
    g_auto(FirnFileDescriptor) file =
        firn_checked_open(path, FIRN_FILE_KIND_REGULAR, O_RDONLY, NULL);
    char text[FACT_BYTES_MAX];
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text);

    return length < 0 ? NULL : g_strchomp(g_strndup(text, (gsize)length));
}

/* Other programs have devices of device-mapper, too, and begin their UUIDs with other words. */
static gboolean
ask_kernel(dev_t device, char **out_vg, char **out_lv)
{
    g_autofree char *uuid = read_fact(device, "uuid");
    g_autofree char *name = read_fact(device, "name");

    return uuid != NULL && g_str_has_prefix(uuid, "LVM-") && name != NULL &&
           split_mapped(name, out_vg, out_lv);
}

gboolean
firn_lvm_name_find(const char *path, char **out_vg, char **out_lv)
{
    struct stat facts;

    if (stat(path, &facts) != 0)
        return firn_lvm_name_split(path, out_vg, out_lv);
    return S_ISBLK(facts.st_mode) && ask_kernel(facts.st_rdev, out_vg, out_lv);
}

gboolean
firn_lvm_name_is_suspended(const char *path)
{
    struct stat facts;
    g_autofree char *answer = stat(path, &facts) != 0 || !S_ISBLK(facts.st_mode)
                                  ? NULL
                                  : read_fact(facts.st_rdev, "suspended");

    return g_strcmp0(answer, "1") == 0;
}

/* The end of a tag is as unique as the snapshot's UUID. */
char *
firn_lvm_name_of_snapshot(const char *disk, const char *tag)
{
    gsize length = strlen(tag);

    return g_strconcat(disk, ".firn.", tag + (length > HEX_LENGTH ? length - HEX_LENGTH : 0), NULL);
}

static gsize
count_length(const char *name)
{
    gsize length = strlen(name);

    for (const char *at = name; *at != '\0'; at++)
        length += *at == '-' ? 1 : 0;
    return length;
}

gboolean
firn_lvm_name_fits(const char *vg, const char *lv)
{
    return count_length(vg) + 1 + count_length(lv) + SUFFIX_LENGTH <= DEVICE_NAME_MAX;
}
