/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file-locks.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixmounts.h>
#include <limits.h>
#include <stdlib.h>

#include "checked-open.h"
#include "file-descriptor.h"

/* "fuse" stands for "fuse.sshfs", too; "fuseblk" is a local file system. */
static gboolean
is_one_of(const char *type, const char *const *types)
{
    g_auto(GStrv) parts = g_strsplit(type, ".", 2);

    return g_strv_contains(types, parts[0]);
}

/* QEMU's locks are POSIX ones. Sources: nfs(5), mount.cifs(8). A FUSE file system may have locks of
 * its own, and does not tell; those of GlusterFS are shared. */
gboolean
firn_file_locks_are_shared(const char *type, const char *options)
{
    static const char *const local_types[] = {"fuse", "9p", "virtiofs", "vboxsf", NULL};
    static const char *const local_options[] = {"nolock",
                                                "local_lock=all",
                                                "local_lock=posix",
                                                "nobrl",
                                                NULL};
    g_auto(GStrv) words = g_strsplit(options == NULL ? "" : options, ",", -1);

    if (is_one_of(type, local_types))
        return g_str_equal(type, "fuse.glusterfs");
    for (guint i = 0; local_options[i] != NULL; i++)
        if (g_strv_contains((const char *const *)words, local_options[i]))
            return FALSE;
    return TRUE;
}

static char *
dup_error_of_locks(int file)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fcntl(file, F_OFD_GETLK, &lock) == 0
               ? NULL
               : g_strdup_printf("its file system has no locks (%s)", g_strerror(errno));
}

static char *
dup_doubt_of_mount(const char *path)
{
    char real[PATH_MAX];
    g_autoptr(GUnixMountEntry) mount =
        realpath(path, real) == NULL ? NULL : g_unix_mount_for(real, NULL);

    if (mount == NULL || firn_file_locks_are_shared(g_unix_mount_get_fs_type(mount),
                                                    g_unix_mount_get_options(mount)))
        return NULL;
    return g_strdup_printf("it is on %s, mounted on %s, whose locks only this host sees",
                           g_unix_mount_get_fs_type(mount),
                           g_unix_mount_get_mount_path(mount));
}

char *
firn_file_locks_dup_doubt(const char *path)
{
    g_auto(FirnFileDescriptor) file =
        firn_checked_open(path, FIRN_FILE_KIND_REGULAR, O_RDONLY, NULL);
    char *doubt = file < 0 ? NULL : dup_error_of_locks(file);

    return file >= 0 && doubt == NULL ? dup_doubt_of_mount(path) : doubt;
}
