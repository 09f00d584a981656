/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"

/* A guest's options, with defaults for those that are not set. */

/* The kernel's command line. Mitigations and self-tests are off: they only slow down every boot,
 * and are not what is tested. */
#define FIRN_TEST_GUEST_KERNEL_WORDS                                                               \
    "console=ttyS0 quiet no_timer_check mitigations=off cryptomgr.notests nokaslr "                \
    "rcupdate.rcu_expedited=1"

/**
 * firn_test_guest_options_get_format:
 * @options: a guest's
 *
 * Returns: the format of its disks, if they are made for it
 */
const char *firn_test_guest_options_get_format(const FirnTestGuestOptions *options);

/**
 * firn_test_guest_options_dup_format:
 * @options: a guest's
 * @index: 0 for vda
 *
 * Returns: (transfer full): the format of that disk
 */
char *firn_test_guest_options_dup_format(const FirnTestGuestOptions *options, guint index);

/**
 * firn_test_guest_options_get_memory_mib:
 * @options: a guest's
 *
 * Returns: its RAM in MiB
 */
guint firn_test_guest_options_get_memory_mib(const FirnTestGuestOptions *options);
