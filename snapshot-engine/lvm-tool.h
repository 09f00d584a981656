/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "confined-process.h"
#include "lvm-report.h"

/**
 * Starts the program lvm, as the only file. What a change has done is never told by its exit status
 * or by what it prints, but by the next list.
 */

/**
 * firn_lvm_tool_is_there:
 *
 * Returns: whether lvm is installed; without it, no LV has a snapshot of firn's
 */
gboolean firn_lvm_tool_is_there(void);

/**
 * firn_lvm_tool_list:
 * @vg: (nullable): a volume group; %NULL: all
 *
 * Lists the LVs, also hidden ones. Blocks.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED if lvm cannot be run or does not know @vg;
 * %FIRN_ENGINE_ERROR_CORRUPT if its report cannot be read.
 *
 * Returns: (transfer full) (element-type FirnLv): the LVs; %NULL with @error set
 */
GPtrArray *firn_lvm_tool_list(const char *vg, GError **error);

/**
 * firn_lvm_tool_change:
 * @arguments: (array zero-terminated=1): an LVM command and its arguments, "lvcreate" ...
 * @deadline_ms: how long to wait; 1 to G_MAXINT ms
 *
 * Changes LVs, without a question to anybody. A command that is out of time is left running, in a
 * session of its own: killed, it could leave a device suspended. Blocks.
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_IN_USE, %FIRN_ENGINE_ERROR_EXISTS, else
 * %FIRN_ENGINE_ERROR_FAILED: whatever it is, the list tells what has been changed.
 *
 * Returns: %TRUE if lvm claims success
 */
gboolean firn_lvm_tool_change(const char *const *arguments, guint deadline_ms, GError **error);

/**
 * firn_lvm_tool_start:
 * @argument: by which firn_lvm_tool_is_running() finds it
 *
 * Starts an lvm that waits for a command, so that the command takes less time: it has found its
 * programs, read its settings, and has no lock. It ends with its input, as when firnd ends. A
 * command that is out of time is left running.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): it; %NULL with @error set
 */
FirnConfinedProcess *firn_lvm_tool_start(const char *argument, GError **error);

/**
 * firn_lvm_tool_tell:
 * @lvm: one that waits
 * @arguments: (array zero-terminated=1): as for firn_lvm_tool_change(), without blanks in them
 *
 * Has it begin, and does not wait. It may be told more, which it does then, unless a command fails.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED: it does not begin.
 *
 * Returns: %TRUE if it begins
 */
gboolean firn_lvm_tool_tell(FirnConfinedProcess *lvm, const char *const *arguments, GError **error);

/**
 * firn_lvm_tool_wait:
 * @lvm: one that has begun
 * @command: "lvcreate" ..., for messages
 * @deadline_ms: how long to wait; 1 to G_MAXINT ms
 *
 * Errors: as firn_lvm_tool_change().
 *
 * Returns: %TRUE if lvm claims success
 */
gboolean firn_lvm_tool_wait(FirnConfinedProcess *lvm,
                            const char *command,
                            guint deadline_ms,
                            GError **error);

/**
 * firn_lvm_tool_is_running:
 * @argument: an argument of an LVM command that no other command has
 *
 * A command that was out of time may run until long after firnd has ended. Reads /proc. Blocks.
 *
 * Returns: whether a process of this host has @argument on its command line
 */
gboolean firn_lvm_tool_is_running(const char *argument);
