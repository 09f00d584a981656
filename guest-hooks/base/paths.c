/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "paths.h"

#include <stdio.h>

bool
firn_paths_join(const FirnPaths *self, const char *path, char *out, size_t room)
{
    int length = snprintf(out, room, "%s%s", self->root, path);

    return length >= 0 && (size_t)length < room;
}
