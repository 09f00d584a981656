/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-place.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

/* A kernel without STATX_ATTR_MOUNT_ROOT still distinguishes devices. */
static gboolean
is_mount_root(const char *folder, const char *above)
{
    struct statx facts, higher;

    if (statx(AT_FDCWD, folder, AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &facts) != 0)
        return FALSE;
    if ((facts.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0)
        return (facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return statx(AT_FDCWD, above, AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &higher) == 0 &&
           (facts.stx_dev_major != higher.stx_dev_major ||
            facts.stx_dev_minor != higher.stx_dev_minor);
}

static char *
dup_mount_point(const char *folder)
{
    g_autofree char *at = g_strdup(folder);

    while (!g_str_equal(at, "/")) {
        g_autofree char *above = g_path_get_dirname(at);

        if (is_mount_root(at, above))
            break;
        g_free(at);
        at = g_steal_pointer(&above);
    }
    return g_steal_pointer(&at);
}

/* Returns the folder of the file itself, with all links resolved; NULL for a device, which does not
 * depend on a file system. */
static char *
dup_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    char real[PATH_MAX];
    struct stat facts;

    if (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode))
        return NULL;
    if (realpath(path, real) != NULL)
        return g_path_get_dirname(real);
    /* A dangling link. */
    if (lstat(path, &facts) == 0)
        return NULL;
    return realpath(folder, real) == NULL ? NULL : g_strdup(real);
}

char *
firn_image_place_dup_file_system(const char *path)
{
    g_autofree char *folder = dup_folder(path);
    g_autofree char *mount_point = NULL;
    struct statfs facts;
    guint32 number[2];

    if (folder == NULL || statfs(folder, &facts) != 0)
        return NULL;
    G_STATIC_ASSERT(sizeof number == sizeof facts.f_fsid);
    memcpy(number, &facts.f_fsid, sizeof number);
    mount_point = dup_mount_point(folder);
    return g_strdup_printf("%08x%08x %s", number[0], number[1], mount_point);
}

static gboolean
is_said_to_be_gone(const char *path)
{
    g_autofree char *word = g_strconcat(path, FIRN_IMAGE_PLACE_GONE_SUFFIX, NULL);

    return g_file_test(word, G_FILE_TEST_EXISTS);
}

FirnImagePlace
firn_image_place_look(const char *path, const char *file_system)
{
    gboolean is_there = g_file_test(path, G_FILE_TEST_EXISTS);
    g_autofree char *now = firn_image_place_dup_file_system(path);
    gboolean is_same = now != NULL && file_system != NULL && g_str_equal(now, file_system);

    /* Old records have no file system; then an existing file is taken for the recorded one. */
    if (is_there && (is_same || file_system == NULL))
        return FIRN_IMAGE_PLACE_THERE;
    if (is_said_to_be_gone(path) || (!is_there && is_same))
        return FIRN_IMAGE_PLACE_GONE;
    return FIRN_IMAGE_PLACE_UNREACHABLE;
}
