/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_restore_dry_run_async:
 * @params: (transfer full): the request
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Only plans, changes nothing: what `firn restore --dry-run` prints.
 */
void firn_restore_dry_run_async(FirnRestoreParams *params,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * firn_restore_dry_run_finish:
 * @result: the result that the callback got
 *
 * Returns: (transfer full): "a{sv}": "name" (s, "" if there is no such snapshot), "verdict" (s),
 * "created" (t), "state" (s): the VM's state, "state-after" (s), "disks" (a(ssst): target, backend,
 * path, virtual size now): the disks to revert, "resources" (a(sssss)): see
 * firn_plan_resources_to_variant(), "changes" (as), "blockers" (a(ssss): code, subject,
 * message, remedy; empty: it can be restored); %NULL with @error set
 */
GVariant *firn_restore_dry_run_finish(GAsyncResult *result, GError **error);
