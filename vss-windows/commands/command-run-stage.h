/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_command_run_stage:
 * @name: "prepare", "freeze", "thaw" or "post"
 *
 * Runs all hooks of one stage and prints their results: for administrators who test hooks, and for
 * guests in which the service does not run. Thaw and post run for all hooks, because this process
 * does not know which of them an earlier one has started.
 *
 * Returns: exit status for main(): 0, 1 if a hook failed, 2 if there is no such stage
 */
int firn_command_run_stage(const char *name);
