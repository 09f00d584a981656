/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_leash_on:
 * @folder: folder of a test; removed when the test ends in any way
 * @words: (element-type utf8): a command line
 *
 * Returns: (transfer full): a command line for another process to run, quoted as for a shell, whose
 * process ends when @folder is removed
 */
char *firn_test_leash_on(const char *folder, GPtrArray *words);

/**
 * firn_test_leash_is_gone:
 * @pid: a process that is not a child of this one
 *
 * Returns: whether it has ended, even if it is a zombie
 */
gboolean firn_test_leash_is_gone(GPid pid);

/**
 * firn_test_leash_holds:
 * @folder: as above
 *
 * Returns: whether a process that was started with such a command line exists
 */
gboolean firn_test_leash_holds(const char *folder);

/**
 * firn_test_leash_read_pid:
 * @folder: as above
 *
 * Returns: the id of the process that was last started with such a command line
 */
GPid firn_test_leash_read_pid(const char *folder);
