/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hook-folder.h"

/* A requester that has not thawed by then has given up: qemu-ga waits 60 s for the freeze. */
#define FIRN_WATCHDOG_MS 60000

/**
 * FirnSnapshotContext:
 * @snapshot_set: "{...}" in lower case; empty if VSS does not say
 * @backup_type: VSS_BACKUP_TYPE
 * @volumes: volumes of the snapshot, separated by ';'
 *
 * What the requester of a snapshot has asked for.
 */
typedef struct {
    char snapshot_set[FIRN_RUN_GUID_SIZE];
    int backup_type;
    wchar_t volumes[FIRN_PATH_SIZE];
} FirnSnapshotContext;

/**
 * FirnCycleRunner:
 *
 * Runs hooks as events demand, from whatever threads these come, and keeps the record and the
 * files about it. Has a thread of its own as watchdog. Knows no VSS.
 */
typedef struct _FirnCycleRunner FirnCycleRunner;

/**
 * firn_cycle_runner_new:
 * @folders: copied
 *
 * Thaws first what an earlier service has left.
 *
 * Returns: (transfer full) (nullable): %NULL if memory, a thread or an event was not to be had
 */
FirnCycleRunner *firn_cycle_runner_new(const FirnFolders *folders);

/**
 * firn_cycle_runner_free:
 *
 * Thaws, cancels what runs, and refuses further snapshots; then releases everything. No event may
 * come afterwards.
 */
void firn_cycle_runner_free(FirnCycleRunner *self);

/**
 * firn_cycle_runner_send:
 * @context: (nullable): for FIRN_EVENT_PREPARE_BACKUP and FIRN_EVENT_PREPARE_SNAPSHOT
 *
 * Does what the event demands, on this thread; post hooks run on another one. Between
 * FIRN_EVENT_FREEZE and the event that ends the freeze it writes no file, registry value or event.
 *
 * Returns: whether the writer agrees; %false: the snapshot must not be made
 */
bool firn_cycle_runner_send(FirnCycleRunner *self,
                            FirnCycleEvent event,
                            const FirnSnapshotContext *context);

/**
 * firn_cycle_runner_is_own:
 * @snapshot_set: "{...}" in lower case
 *
 * Returns: whether @snapshot_set is the one of the run in progress; also %true if VSS has not named
 * that one
 */
bool firn_cycle_runner_is_own(FirnCycleRunner *self, const char *snapshot_set);

/**
 * firn_cycle_runner_describe_refusal:
 * @out_message: (out) (array length=size): why the writer refuses, for administrators
 *
 * Returns: the HRESULT for VSS
 */
uint32_t firn_cycle_runner_describe_refusal(FirnCycleRunner *self,
                                            wchar_t *out_message,
                                            size_t size);
