/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_lvm_copy_differences:
 * @source: path of a snapshot
 * @target: path of its origin
 *
 * Makes a block device equal to another of the same size. It writes only where they differ: where a
 * thick snapshot differs from its origin it has a copy already, so that the snapshot does not grow,
 * and other snapshots of the origin grow by no more than that. Reads all of both. Interrupted, it
 * may be repeated. Blocks.
 *
 * Errors: %FIRN_ENGINE_ERROR_IN_USE if another process has @target open exclusively;
 * %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if the devices are equal, and @target has been flushed
 */
gboolean firn_lvm_copy_differences(const char *source, const char *target, GError **error);
