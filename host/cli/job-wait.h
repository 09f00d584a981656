/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bus-client.h"

/**
 * firn_job_wait:
 * @path: object path of a job
 * @out_result: (out) (optional): "a{sv}": its result, once the job has ended, in whatever state;
 * else untouched
 *
 * Follows a job to its end, with a bar. ^C, also one that came since firn_job_call(), asks the job
 * to cancel, a second ^C leaves it running;
 * --wait-timeout leaves it running, too. The job does not need a client that waits. Prints an
 * error if it failed.
 *
 * Returns: the exit status: of the job, or %FIRN_EXIT_TIMED_OUT, %FIRN_EXIT_INTERRUPTED,
 * %FIRN_EXIT_UNREACHABLE
 */
FirnExit firn_job_wait(FirnCli *cli, const char *path, GVariant **out_result);
