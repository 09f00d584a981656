/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "findings.h"

#define FIRN_FINDINGS_LOOK_LIMIT_MS 5000

/**
 * FirnFindingsFunc:
 * @findings: gets the findings
 * @data: what to check
 * @hurry: cancelled one second before the time limit: the function must return then with what it
 * has
 *
 * A check that may take long. Runs in a thread.
 */
typedef void (*FirnFindingsFunc)(FirnFindings *findings, gpointer data, GCancellable *hurry);

/**
 * firn_findings_look_async:
 * @what: (transfer none): a constant: what is checked, "libvirt"
 * @look: the check
 * @data: (transfer full): for @look
 * @free_data: frees @data, in any thread, after the check has returned
 * @callback: (scope async): called on the main loop, within FIRN_FINDINGS_LOOK_LIMIT_MS
 * @user_data: for @callback
 *
 * The answer comes in time even if the check hangs, for example on a file server or libvirt.
 */
void firn_findings_look_async(const char *what,
                              FirnFindingsFunc look,
                              gpointer data,
                              GDestroyNotify free_data,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * firn_findings_look_finish:
 * @result: as given to the callback
 *
 * Returns: (transfer full): the findings; a single error after the time limit
 */
FirnFindings *firn_findings_look_finish(GAsyncResult *result);
