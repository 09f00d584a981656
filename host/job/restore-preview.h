/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_restore_preview_async:
 * @params: (transfer full): what would be asked for
 * @cancellable: (nullable): ends the looking
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Only plans, changes nothing: what `firn restore --dry-run` prints.
 */
void firn_restore_preview_async(FirnRestoreParams *params,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * firn_restore_preview_finish:
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Returns: (transfer full): "a{sv}": "name" (s, "" if there is no such snapshot), "verdict" (s),
 * "created" (t), "state" (s): how the VM is, "state-after" (s), "disks" (a(ssst): target, backend,
 * path, virtual size now): those that go back, "changes" (as), "blockers" (a(ssss): code, subject,
 * message, remedy; empty: it can be done); %NULL with @error set
 */
GVariant *firn_restore_preview_finish(GAsyncResult *result, GError **error);
