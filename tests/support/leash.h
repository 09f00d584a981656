/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_leash_on:
 * @folder: of a test; goes when the test ends, however it ends
 * @words: (element-type utf8): a command line
 *
 * Returns: (transfer full): a command line for somebody else, quoted as for a shell, whose process
 * ends with @folder
 */
char *firn_test_leash_on(const char *folder, GPtrArray *words);

/**
 * firn_test_leash_is_gone:
 * @pid: a process of somebody else's
 *
 * Returns: whether it has ended, also if nobody has asked how
 */
gboolean firn_test_leash_is_gone(GPid pid);

/**
 * firn_test_leash_holds:
 * @folder: as above
 *
 * Returns: whether a process that was started with such a command line is there
 */
gboolean firn_test_leash_holds(const char *folder);

/**
 * firn_test_leash_read_pid:
 * @folder: as above
 *
 * Returns: the process that was last started with such a command line
 */
GPid firn_test_leash_read_pid(const char *folder);
