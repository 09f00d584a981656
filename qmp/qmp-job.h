/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_qmp_job_run:
 * @monitor: monitor of a running QEMU
 * @command: a command that starts a job, such as "snapshot-delete"
 * @arguments: its arguments; gets a "job-id"
 *
 * For job threads: starts a QEMU job, follows its events until it ends, without a time limit, and
 * dismisses it. It is normal that QEMU does not answer while the job works; the end of QEMU ends
 * the waiting. Source: qapi/job.json, since QEMU 3.0.
 *
 * Errors: %FIRN_QMP_ERROR_REFUSED with QEMU's text if the job did not start or failed;
 * %FIRN_QMP_ERROR_CLOSED.
 *
 * Returns: %TRUE if the job succeeded
 */
gboolean firn_qmp_job_run(FirnChannel *monitor,
                          const char *command,
                          JsonObject *arguments,
                          GError **error);
