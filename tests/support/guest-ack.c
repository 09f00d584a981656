/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-ack.h"

#include <string.h>

gint64
firn_test_guest_ack_read(const char *path)
{
    g_autofree char *acks = NULL;
    char *end;
    char *start;

    if (!g_file_get_contents(path, &acks, NULL, NULL))
        return 0;
    end = strrchr(acks, '\n'); /* what follows the last line end may be an incomplete number */
    if (end == NULL)
        return 0;
    *end = '\0';
    start = strrchr(acks, ' ');
    return start != NULL ? g_ascii_strtoll(start, NULL, 10) : 0;
}
