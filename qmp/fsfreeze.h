/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_fsfreeze_freeze:
 * @agent: a synchronised channel to the agent of one running guest
 * @deadline_ms: how long to wait for the reply; 1 to 3600000 ms
 * @cancellable: (nullable): ends the waiting, never the freeze
 * @out_frozen: (out): file systems frozen by this call, 0 or more
 * @error: return location for a #GError
 *
 * Freezes every file system of the guest. For job threads. Whatever it returns, a thaw has to
 * follow.
 *
 * Errors: %FIRN_QMP_ERROR_DEADLINE and %FIRN_QMP_ERROR_CLOSED (the guest may freeze yet),
 * %FIRN_QMP_ERROR_REFUSED (the agent says that it has thawed what it had frozen),
 * %FIRN_QMP_ERROR_BLOCKED (switched off, or frozen already), %FIRN_QMP_ERROR_NO_COMMAND,
 * %FIRN_QMP_ERROR_MALFORMED. Source:
 * QEMU guest agent, guest-fsfreeze-freeze, since 0.15.0.
 *
 * Returns: %TRUE if the agent answered with a count
 */
gboolean firn_fsfreeze_freeze(FirnChannel *agent,
                              guint deadline_ms,
                              GCancellable *cancellable,
                              guint *out_frozen,
                              GError **error);

/**
 * firn_fsfreeze_query:
 * @agent: a synchronised channel
 * @deadline_ms: how long to wait for the reply
 * @cancellable: (nullable): ends the waiting
 * @out_is_frozen: (out): what the agent believes; not what the kernel knows
 * @error: return location for a #GError
 *
 * For job threads. Source: guest-fsfreeze-status, since 0.15.0.
 *
 * Returns: %TRUE if the agent answered
 */
gboolean firn_fsfreeze_query(FirnChannel *agent,
                             guint deadline_ms,
                             GCancellable *cancellable,
                             gboolean *out_is_frozen,
                             GError **error);

/**
 * firn_fsfreeze_read_count:
 * @reply: an answer to a freeze or a thaw
 * @out_count: (out): 0 to 10000
 * @error: return location for a #GError
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED for anything that is no such number.
 *
 * Returns: %TRUE if it is a count
 */
gboolean firn_fsfreeze_read_count(JsonNode *reply, guint *out_count, GError **error);

/**
 * firn_fsfreeze_read_status:
 * @reply: an answer to guest-fsfreeze-status
 * @out_is_frozen: (out): what the agent believes
 * @error: return location for a #GError
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED for anything but "frozen" and "thawed".
 *
 * Returns: %TRUE if it is a status
 */
gboolean firn_fsfreeze_read_status(JsonNode *reply, gboolean *out_is_frozen, GError **error);
