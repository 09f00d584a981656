/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "same-file.h"

#include <sys/stat.h>

gboolean
firn_same_file(const char *a, const char *b)
{
    struct stat left, right;

    if (a == NULL || b == NULL)
        return FALSE;
    return g_str_equal(a, b) || (stat(a, &left) == 0 && stat(b, &right) == 0 &&
                                 left.st_dev == right.st_dev && left.st_ino == right.st_ino);
}
