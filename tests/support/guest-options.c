/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-options.h"

/* What only costs time at every boot: guards and self-tests are somebody else's affair. */
#define QUICK "mitigations=off cryptomgr.notests nokaslr rcupdate.rcu_expedited=1"

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
firn_test_guest_options_dup_words(const FirnTestGuestOptions *options)
{
    return g_strdup_printf("console=ttyS0 quiet no_timer_check " QUICK " %s",
                           options->append != NULL ? options->append : "");
}
