/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnTestJob:
 * @data: user data
 *
 * The function of a job thread.
 */
typedef void (*FirnTestJob)(gpointer data);

/**
 * firn_test_run_job:
 * @job: the function
 * @data: for @job
 *
 * Runs @job in a thread of its own, and the main loop in this one, until it is done.
 */
void firn_test_run_job(FirnTestJob job, gpointer data);

/**
 * firn_test_open_monitor:
 * @path: of a monitor's socket; it need not exist yet
 *
 * Waits up to 20 s for it. A failure ends the test.
 *
 * Returns: (transfer full): an open channel
 */
FirnChannel *firn_test_open_monitor(const char *path);
