/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "space-reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "engine-error.h"
#include "file-descriptor.h"

#define PART_BYTES (FIRN_SPACE_RESERVE_BYTES / 4)

static GMutex mutex; /* guards the following and the file */
static char *place;  /* (owned) (nullable) */

void
firn_space_reserve_set_place(const char *path)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    g_free(place);
    place = g_strdup(path);
}

static gboolean
fail(int error_number, GError **error)
{
    gboolean is_full = error_number == ENOSPC || error_number == EDQUOT;

    g_set_error(error,
                FIRN_ENGINE_ERROR,
                is_full ? FIRN_ENGINE_ERROR_NO_SPACE : FIRN_ENGINE_ERROR_FAILED,
                "%s, which keeps %u KiB free for deletions: %s",
                place,
                FIRN_SPACE_RESERVE_BYTES / 1024,
                g_strerror(error_number));
    return FALSE;
}

/* Part by part, so that what space there is, is kept; and from its beginning, as a file that was
 * copied may have holes. */
static gboolean
extend(int file, GError **error)
{
    for (off_t at = 0; at < FIRN_SPACE_RESERVE_BYTES; at += PART_BYTES)
        if (fallocate(file, 0, at, PART_BYTES) != 0)
            return errno == EOPNOTSUPP || fail(errno, error);
    return TRUE;
}

gboolean
firn_space_reserve_fill(GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
    g_auto(FirnFileDescriptor) file = -1;

    if (place == NULL)
        return TRUE;
    file = open(place, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    return file < 0 ? fail(errno, error) : extend(file, error);
}

/* Less than a part is left for users without privileges, as QEMU is one. */
static gboolean
is_full(const char *path)
{
    struct statvfs space;

    return statvfs(path, &space) == 0 && (guint64)space.f_bavail * space.f_frsize < PART_BYTES;
}

gboolean
firn_space_reserve_spend(const char *path)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
    g_auto(FirnFileDescriptor) file = -1;
    struct stat facts;
    struct stat needing;

    if (place == NULL || stat(path, &needing) != 0 || !is_full(path))
        return FALSE;
    file = open(place, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0 || fstat(file, &facts) != 0 || facts.st_dev != needing.st_dev ||
        facts.st_size < PART_BYTES)
        return FALSE;
    /* File systems with a journal give the space to others only once that is written. */
    return ftruncate(file, facts.st_size - PART_BYTES) == 0 && fsync(file) == 0;
}
