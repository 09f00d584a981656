/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "findings.h"

#define FIRN_FINDINGS_LOOK_LIMIT_MS 5000

/**
 * FirnFindingsFunc:
 * @findings: gets what is found
 * @data: what there is to be looked at
 * @hurry: fires a second before the time is over: what has not been seen until then is left
 *
 * Looks at something that may take its time. In a thread.
 */
typedef void (*FirnFindingsFunc)(FirnFindings *findings, gpointer data, GCancellable *hurry);

/**
 * firn_findings_look_async:
 * @what: (transfer none): a constant: what is asked, "libvirt"
 * @look: looks
 * @data: (transfer full): for @look
 * @free_data: frees @data, in any thread, once nobody looks any more
 * @callback: (scope async): called on the main loop, within FIRN_FINDINGS_LOOK_LIMIT_MS
 * @user_data: for @callback
 *
 * Whatever hangs, be it a file server or libvirt, the answer comes in time.
 */
void firn_findings_look_async(const char *what,
                              FirnFindingsFunc look,
                              gpointer data,
                              GDestroyNotify free_data,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * firn_findings_look_finish:
 * @result: what the callback was given
 *
 * Returns: (transfer full): what was found; one error if the time was over
 */
FirnFindings *firn_findings_look_finish(GAsyncResult *result);
