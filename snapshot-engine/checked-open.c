/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checked-open.h"

#include <errno.h>
#include <fcntl.h>

#include "file-descriptor.h"

static gboolean
check_kind(const struct stat *facts, FirnFileKinds kinds)
{
    if (S_ISREG(facts->st_mode) && (kinds & FIRN_FILE_KIND_REGULAR) != 0)
        return TRUE;
    if (S_ISBLK(facts->st_mode) && (kinds & FIRN_FILE_KIND_BLOCK) != 0)
        return TRUE;
    /* A link is seen here only with O_NOFOLLOW. */
    errno = S_ISLNK(facts->st_mode) ? ELOOP : EMEDIUMTYPE;
    return FALSE;
}

int
firn_checked_open(const char *path, FirnFileKinds kinds, int flags, struct stat *out_facts)
{
    g_auto(FirnFileDescriptor) place = open(path, O_PATH | O_CLOEXEC | (flags & O_NOFOLLOW));
    g_autofree char *same = NULL;
    struct stat facts;
    int file;

    if (place < 0 || fstat(place, &facts) != 0 || !check_kind(&facts, kinds))
        return -1;
    same = g_strdup_printf("/proc/self/fd/%d", place);
    file = open(same, (flags & ~O_NOFOLLOW) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file >= 0 && out_facts != NULL)
        *out_facts = facts;
    return file;
}
