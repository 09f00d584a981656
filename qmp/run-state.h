/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_run_state_query:
 * @monitor: monitor of a QEMU
 * @deadline_ms: how long to wait
 * @out_is_running: (out): whether the guest's CPUs run
 *
 * Source: query-status, qapi/run-state.json.
 *
 * Errors: as firn_channel_call().
 *
 * Returns: (transfer full): QEMU's run state: "running", "paused", "io-error", "restore-vm" ...;
 * %NULL with @error set
 */
char *firn_run_state_query(FirnChannel *monitor,
                           guint deadline_ms,
                           GCancellable *cancellable,
                           gboolean *out_is_running,
                           GError **error);

/**
 * firn_run_state_read:
 * @reply: the reply to query-status
 * @out_is_running: (out): whether the guest's CPUs run
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): QEMU's run state; %NULL with @error set
 */
char *firn_run_state_read(JsonNode *reply, gboolean *out_is_running, GError **error);

/**
 * firn_run_state_read_uuid:
 * @reply: the reply to query-uuid
 *
 * Source: query-uuid, qapi/machine.json.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): the UUID that QEMU was started with, all zeros if none; %NULL with
 *   @error set
 */
char *firn_run_state_read_uuid(JsonNode *reply, GError **error);
