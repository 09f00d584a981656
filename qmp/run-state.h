/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_run_state_query:
 * @monitor: monitor of a QEMU
 * @deadline_ms: how long to wait
 * @cancellable: (nullable): ends the waiting
 * @out_is_running: (out): the processors run
 * @error: return location for a #GError
 *
 * Source: query-status, qapi/run-state.json.
 *
 * Errors: as firn_channel_call().
 *
 * Returns: (transfer full): QEMU's word: "running", "paused", "io-error", "restore-vm" ...; %NULL
 * with @error set
 */
char *firn_run_state_query(FirnChannel *monitor,
                           guint deadline_ms,
                           GCancellable *cancellable,
                           gboolean *out_is_running,
                           GError **error);

/**
 * firn_run_state_read:
 * @reply: an answer to query-status
 * @out_is_running: (out): the processors run
 * @error: return location for a #GError
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): QEMU's word; %NULL with @error set
 */
char *firn_run_state_read(JsonNode *reply, gboolean *out_is_running, GError **error);

/**
 * firn_run_state_read_uuid:
 * @reply: an answer to query-uuid
 * @error: return location for a #GError
 *
 * Source: query-uuid, qapi/machine.json.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): the UUID that QEMU was started with, all zeros for none; %NULL with
 *   @error set
 */
char *firn_run_state_read_uuid(JsonNode *reply, GError **error);
