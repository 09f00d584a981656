/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk-tables.h"
#include "vm.h"

#define FIRN_DISK_LOOK_LIMIT_MS 2000

/**
 * firn_disk_look_async:
 * @vm: the VM
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Reads the disks' tables, in a thread and within FIRN_DISK_LOOK_LIMIT_MS. Disks are left alone
 * while a job changes the VM.
 */
void firn_disk_look_async(FirnVm *vm, GAsyncReadyCallback callback, gpointer user_data);

/**
 * firn_disk_look_finish:
 * @result: what the callback was given
 *
 * Returns: (transfer full) (nullable): what is on the disks; %NULL if nobody could look, if there
 * are none, or if a job was at work: half a snapshot is neither foreign nor lost
 */
FirnDiskTables *firn_disk_look_finish(GAsyncResult *result);
