/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-options.h"

#include <string.h>

const char *
firn_test_guest_options_get_format(const FirnTestGuestOptions *options)
{
    return options->disk_format != NULL ? options->disk_format : "qcow2";
}

guint
firn_test_guest_options_get_memory_mib(const FirnTestGuestOptions *options)
{
    return options->memory_mib > 0 ? options->memory_mib : 256;
}

char *
firn_test_guest_options_dup_format(const FirnTestGuestOptions *options, guint index)
{
    const char *path = options->disk_paths == NULL ? NULL : options->disk_paths[index];

    return path == NULL ? g_strdup(firn_test_guest_options_get_format(options))
                        : g_strndup(path, (gsize)(strchr(path, ':') - path));
}
