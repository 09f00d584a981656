/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_snapshot_name_check:
 * @name: what a user wants to call a snapshot
 * @error: return location for a #GError
 *
 * 1 to 63 bytes of [A-Za-z0-9][A-Za-z0-9._-]*, not digits only, not like a UUID, not reserved
 * (current, none, all).
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if the name may be used
 */
gboolean firn_snapshot_name_check(const char *name, GError **error);

/**
 * firn_snapshot_name_default:
 * @now_us: microseconds since the epoch
 *
 * Returns: (transfer full): local time as "YYYY-MM-DD_hh-mm-ss"
 */
char *firn_snapshot_name_default(gint64 now_us);

/**
 * firn_snapshot_name_to_tag:
 * @name: a name that passed firn_snapshot_name_check()
 * @uuid: the snapshot's UUID
 *
 * Returns: (transfer full): the tag on disk: NAME, a dot, the first 8 hex digits of @uuid
 */
char *firn_snapshot_name_to_tag(const char *name, const char *uuid);

/**
 * firn_snapshot_tag_check:
 * @tag: a name on disk
 * @error: return location for a #GError
 *
 * Tells whether @tag can be one of firn_snapshot_name_to_tag(): 1 to 72 bytes of a name's
 * characters, one of them a dot, so that no tool takes it for a number or an option.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if it can
 */
gboolean firn_snapshot_tag_check(const char *tag, GError **error);

/**
 * firn_adopted_tag_check:
 * @tag: a name on disk that firn has not chosen
 * @error: return location for a #GError
 *
 * Tells whether a snapshot can be named by exactly @tag to every tool: 1 to 255 bytes of valid
 * UTF-8 without control characters, not digits only (older tools take those for a number of the
 * table), without U+FFFD (QEMU writes that for what it cannot spell).
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID; %FIRN_ENGINE_ERROR_AMBIGUOUS for digits.
 *
 * Returns: %TRUE if it can
 */
gboolean firn_adopted_tag_check(const char *tag, GError **error);

/**
 * firn_comment_check:
 * @comment: free text for people
 * @error: return location for a #GError
 *
 * Valid UTF-8 without control characters, at most 1024 bytes.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if it may be kept
 */
gboolean firn_comment_check(const char *comment, GError **error);
