/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk-tables.h"
#include "vm.h"

#define FIRN_DISK_LOOK_LIMIT_MS 2000

/**
 * firn_disk_look_async:
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Reads the snapshot tables of the disks, in a thread and within FIRN_DISK_LOOK_LIMIT_MS. Does not
 * read them while a job changes the VM.
 */
void firn_disk_look_async(FirnVm *vm, GAsyncReadyCallback callback, gpointer user_data);

/**
 * firn_disk_look_finish:
 * @result: as given to the callback
 *
 * Returns: (transfer full) (nullable): what is on the disks; %NULL if they could not be read, if
 * there are none, or if a job was running: an unfinished snapshot is neither foreign nor missing
 */
FirnDiskTables *firn_disk_look_finish(GAsyncResult *result);
