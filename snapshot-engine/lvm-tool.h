/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

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
