/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_snapshot_name_check:
 * @name: a user's name for a snapshot
 *
 * 1 to 63 bytes of [A-Za-z0-9][A-Za-z0-9._-]*, not only digits, not like a UUID, not reserved
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
 * @tag: a tag on disk
 *
 * Checks whether @tag can be a result of firn_snapshot_name_to_tag(): 1 to 72 bytes of a name's
 * characters, one of them a dot, so that no tool reads it as a number or an option.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if it can
 */
gboolean firn_snapshot_tag_check(const char *tag, GError **error);

/**
 * firn_adopted_tag_check:
 * @tag: a tag on disk that firn has not chosen
 *
 * Checks whether every tool can identify a snapshot by @tag: 1 to 255 bytes of valid UTF-8 without
 * control characters, not only digits (older tools read those as a snapshot id), without U+FFFD
 * (QEMU writes that for bytes that it cannot decode).
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID; %FIRN_ENGINE_ERROR_AMBIGUOUS for digits.
 *
 * Returns: %TRUE if it can
 */
gboolean firn_adopted_tag_check(const char *tag, GError **error);

/**
 * firn_comment_check:
 * @comment: free text
 *
 * Valid UTF-8 without control characters, at most 1024 bytes.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if it is valid
 */
gboolean firn_comment_check(const char *comment, GError **error);
