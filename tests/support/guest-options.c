/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-options.h"

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
