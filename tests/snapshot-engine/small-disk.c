/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "small-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static char *mounted = NULL; /* (owned) (nullable) */

/* Existing threads keep the old mount namespace; new ones get the new one. */
static gboolean
leave_namespace(void)
{
    static gboolean has_left = FALSE;

    if (!has_left)
        has_left =
            /* EINVAL: in a chroot "/" is not a mount point, so nothing propagates from it. */
            unshare(CLONE_NEWNS) == 0 &&
            (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 || errno == EINVAL);
    return has_left;
}

gboolean
firn_test_small_disk_mount(const char *folder, const char *size)
{
    g_autofree char *options = g_strdup_printf("size=%s,mode=0700", size);

    firn_test_small_disk_unmount();
    if (leave_namespace() && mount("none", folder, "tmpfs", 0, options) == 0) {
        mounted = g_strdup(folder);
        return TRUE;
    }
    g_test_skip("cannot mount a tmpfs here (needs root)");
    return FALSE;
}

void
firn_test_small_disk_fill(const char *folder, guint64 left_bytes)
{
    g_autofree char *path = g_build_filename(folder, "filler", NULL);
    struct statvfs system;
    struct stat facts;
    int file;

    g_assert_cmpint(statvfs(folder, &system), ==, 0);
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    g_assert_no_errno(fstat(file, &facts));
    g_assert_cmpuint((guint64)system.f_bavail * system.f_frsize, >, left_bytes);
    g_assert_cmpint(
        posix_fallocate(file,
                        facts.st_size,
                        (off_t)((guint64)system.f_bavail * system.f_frsize - left_bytes)),
        ==,
        0);
    close(file);
}

void
firn_test_small_disk_unmount(void)
{
    if (mounted != NULL)
        umount2(mounted, MNT_DETACH);
    g_clear_pointer(&mounted, g_free);
}
