/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bus-client.h"

/**
 * firn_job_call:
 * @proxy: a #GDBusProxy of the object
 * @method: a method that starts a job and returns its path: "CreateSnapshot" ...
 * @arguments: (transfer floating): a tuple
 *
 * Has firnd start a job. ^C before firnd has answered is kept for firn_job_wait(), which then has
 * to be called, also with --no-block: that is taken off @cli. A second ^C does not wait for the
 * answer.
 *
 * An object that is absent is called again for half a second.
 *
 * Errors: what firnd or the bus says; %G_IO_ERROR_CANCELLED after the second ^C.
 *
 * Returns: (transfer full): object path of the job; %NULL with @error set
 */
char *firn_job_call(FirnCli *cli,
                    gpointer proxy,
                    const char *method,
                    GVariant *arguments,
                    GError **error);
