/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"

/* What a guest is, whatever of it was left to be chosen. */

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

/**
 * firn_test_guest_options_dup_words:
 * @options: a guest's
 *
 * Returns: (transfer full): its kernel's command line
 */
char *firn_test_guest_options_dup_words(const FirnTestGuestOptions *options);
