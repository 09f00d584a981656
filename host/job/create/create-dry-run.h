/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "create-job.h"

/**
 * firn_create_dry_run_async:
 * @params: (transfer full): the request
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Only checks, changes nothing: what `firn create --dry-run` prints.
 */
void firn_create_dry_run_async(FirnCreateParams *params,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/**
 * firn_create_dry_run_make:
 * @cancellable: (nullable): cancels the check; what was not checked by then is missing
 *
 * The same, synchronously. Job threads only.
 *
 * Returns: (transfer full): "a{sv}": "name" (s), "state" (s), "disks" (a(ssst): target, backend,
 * path, virtual size), "excluded" (as), "nvram" (s, file of its UEFI variables, "" if they are not
 * saved), "nvram-left-out" (s, why not, "" if they are, or if it has none), "quiesce" (s), "agent"
 * (s, version, "" if none), "file-systems" (a(sss): mount point, type, device), "indications" (as),
 * "not-frozen" (as, targets of disks on which nothing will be frozen, as far as known), "blockers"
 * (a(ssss): code, subject, message, remedy; empty: the snapshot can be made), "expected-verdict"
 * (s). With RAM also "memory" (s: "live"; "paused": firn pauses the guest meanwhile; "stopped": the
 * guest is already paused; "unknown"), "memory-note" (s, why not live; missing: live is possible,
 * or was not requested), "memory-pause" (t, for how long firn would pause the guest, an estimate in
 * microseconds), "memory-size" (t, the largest number of bytes to write; 0: QEMU does not say),
 * "memory-place" (s, the folder or file where they go), "memory-room" (t, bytes that its file
 * system has free; missing if it is a block device)
 */
GVariant *firn_create_dry_run_make(const FirnCreateParams *params, GCancellable *cancellable);

/**
 * firn_create_dry_run_finish:
 * @result: the result that the callback got
 *
 * Returns: (transfer full): as firn_create_dry_run_make(); %NULL with @error set
 */
GVariant *firn_create_dry_run_finish(GAsyncResult *result, GError **error);
