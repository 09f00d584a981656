/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_run_command:
 * @words: (array zero-terminated=1): the program, found by PATH, and its arguments
 *
 * Runs it, and waits for its end without a limit: for commands of an administrator.
 *
 * Returns: its exit status; 128 + N after signal N; 127 if it cannot be started
 */
int firn_run_command(const char *const *words);
