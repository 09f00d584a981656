/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_fsfreeze_freeze:
 * @agent: a synchronised channel to the agent of one running guest
 * @deadline_ms: how long to wait for the reply; 1 to 3600000 ms
 * @cancellable: (nullable): ends the waiting, not the freeze
 * @out_frozen: (out): file systems frozen by this call, 0 or more
 *
 * Freezes every file system of the guest. For job threads. The caller must thaw afterwards,
 * whatever this returns.
 *
 * Errors: %FIRN_QMP_ERROR_DEADLINE and %FIRN_QMP_ERROR_CLOSED (the guest may still freeze),
 * %FIRN_QMP_ERROR_REFUSED (freezing failed; the agent reports that it has thawed what it had
 * frozen), %FIRN_QMP_ERROR_BLOCKED (disabled, or already frozen), %FIRN_QMP_ERROR_NO_COMMAND,
 * %FIRN_QMP_ERROR_MALFORMED. Source: QEMU guest agent, guest-fsfreeze-freeze, since 0.15.0.
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
 * @out_is_frozen: (out): the agent's own state; the kernel's may differ
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
 * @reply: the reply to a freeze or a thaw
 * @out_count: (out): 0 to 10000
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED if @reply is not such a number.
 *
 * Returns: %TRUE if it is a count
 */
gboolean firn_fsfreeze_read_count(JsonNode *reply, guint *out_count, GError **error);

/**
 * firn_fsfreeze_read_status:
 * @reply: the reply to guest-fsfreeze-status
 * @out_is_frozen: (out): the agent's own state
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED for anything but "frozen" and "thawed".
 *
 * Returns: %TRUE if it is a status
 */
gboolean firn_fsfreeze_read_status(JsonNode *reply, gboolean *out_is_frozen, GError **error);
