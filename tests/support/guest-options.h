/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"

/* What a guest is, whatever of it was left to be chosen. */

/* Of its kernel. Guards and self-tests only cost time at every boot: they are somebody else's
 * affair. */
#define FIRN_TEST_GUEST_KERNEL_WORDS                                                               \
    "console=ttyS0 quiet no_timer_check mitigations=off cryptomgr.notests nokaslr "                \
    "rcupdate.rcu_expedited=1"

/**
 * firn_test_guest_options_get_format:
 * @options: a guest's
 *
 * Returns: the format of its disks
 */
const char *firn_test_guest_options_get_format(const FirnTestGuestOptions *options);

/**
 * firn_test_guest_options_get_memory_mib:
 * @options: a guest's
 *
 * Returns: its RAM in MiB
 */
guint firn_test_guest_options_get_memory_mib(const FirnTestGuestOptions *options);
