/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by checked-open as snapshot-engine/image-tool.c */
#include <fcntl.h>

int
firn_example(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}
