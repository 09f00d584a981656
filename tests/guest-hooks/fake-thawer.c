/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-thawer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define ROOMY_STACK (256 * 1024)
#define FIRST_FD    200

FirnTestDisk firn_test_disks[3];

static FirnTestDisk *
find_disk(const FirnMount *mount)
{
    g_assert_cmpuint(mount->minor, <, G_N_ELEMENTS(firn_test_disks));
    return &firn_test_disks[mount->minor];
}

/* The descriptor tells which one it is. */
static int
open_mount(const FirnMount *mount)
{
    FirnTestDisk *disk = find_disk(mount);
    int nothing;
    int file;

    errno = g_atomic_int_get(&disk->is_hidden) ? ESTALE : EIO;
    if (g_atomic_int_get(&disk->is_hidden) || g_atomic_int_get(&disk->is_unopenable))
        return -1;
    nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    file = fcntl(nothing, F_DUPFD_CLOEXEC, FIRST_FD + 100 * (int)mount->minor);
    close(nothing);
    return file;
}

static int
thaw(int fd)
{
    FirnTestDisk *disk = &firn_test_disks[(fd - FIRST_FD) / 100];

    while (g_atomic_int_get(&disk->is_stuck))
        g_usleep(1000);
    if (g_atomic_int_compare_and_exchange(&disk->is_frozen, TRUE, FALSE)) {
        g_atomic_int_inc(&disk->n_thaws);
        return 0;
    }
    errno = EINVAL;
    return -1;
}

void
firn_test_fake_thawer_init(FirnTestHookRig *rig, FirnThawer *out)
{
    static const char mountinfo[] = "20 1 254:0 / / rw - ext4 /dev/vda rw\n"
                                    "21 20 0:5 / /proc rw - proc proc rw\n"
                                    "22 20 254:1 / /data rw - ext4 /dev/vdb rw\n"
                                    "23 22 254:2 / /data/nested rw - xfs /dev/vdc rw\n"
                                    "24 20 254:1 / /bind rw - ext4 /dev/vdb rw\n"
                                    "25 20 0:45 / /srv rw - nfs4 host:/srv rw\n";

    memset(firn_test_disks, 0, sizeof firn_test_disks);
    firn_test_hook_rig_write(rig, "/proc/self/mountinfo", 0444, mountinfo);
    *out = (FirnThawer){firn_test_hook_rig_path(rig, "/proc/self/mountinfo"),
                        open_mount,
                        thaw,
                        ROOMY_STACK};
}

void
firn_test_fake_thawer_clear(FirnThawer *thawer)
{
    g_free((gpointer)thawer->mountinfo);
}

void
firn_test_fake_thawer_wait(guint number)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    while (g_atomic_int_get(&firn_test_disks[number].is_frozen)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(2000);
    }
}
