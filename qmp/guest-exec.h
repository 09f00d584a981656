/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_guest_exec_run:
 * @agent: a synchronised channel to a guest that is not frozen: a frozen agent refuses
 * @path: absolute path of a program in the guest
 * @arguments: (array zero-terminated=1): for it
 * @output_max: more bytes of output are refused
 * @deadline_ms: how long to wait for its end
 * @cancellable: (nullable): ends the waiting; the program still runs
 * @out_status: (out): its exit status
 *
 * Runs a program in the guest, without a shell. After the deadline it may still be running. Job
 * threads only.
 *
 * Errors: as firn_channel_call(), %FIRN_QMP_ERROR_REFUSED if the agent cannot start it,
 * %FIRN_QMP_ERROR_BLOCKED if the guest is frozen, %FIRN_QMP_ERROR_DEADLINE if it does not end in
 * time; %FIRN_QMP_ERROR_MALFORMED, also if its output is too long or was cut off. Source:
 * guest-exec, guest-exec-status, since 2.5.
 *
 * Returns: (transfer full): its standard output, NUL-terminated beyond its size; %NULL with @error
 * set
 */
GBytes *firn_guest_exec_run(FirnChannel *agent,
                            const char *path,
                            const char *const *arguments,
                            gsize output_max,
                            guint deadline_ms,
                            GCancellable *cancellable,
                            int *out_status,
                            GError **error);
