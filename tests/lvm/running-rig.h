/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lvm-rig.h"
#include "vm-rig.h"

#define RUNNING_RIG_DISK_MIB 32

/**
 * FirnRunningRig:
 * @vm: the guest, and a firnd that knows it as "web1"
 * @lvs_before: all LVs, before the test
 *
 * A guest in the machine of the tests, with the real agent, whose disks are a thin LV (vda), a
 * thick LV (vdb) and a qcow2 image (vdc). It begins from RAM that was saved outside the machine.
 */
typedef struct {
    FirnVmRig vm;
    char *lvs_before; /* (owned) */
} FirnRunningRig;

/**
 * firn_running_rig_add:
 * @name: of a test
 * @data: (nullable): passed to it
 */
void firn_running_rig_add(const char *name,
                          gconstpointer data,
                          void (*test)(FirnRunningRig *self, gconstpointer data));

/**
 * firn_running_rig_main:
 * @add: adds the tests of the program
 *
 * With FIRN_TEST_PREPARE, outside the machine, it saves RAM of a guest instead.
 *
 * Returns: the program's exit status
 */
int firn_running_rig_main(int argc, char **argv, void (*add)(void));

/**
 * firn_running_rig_run:
 * @line: arguments of firn, which must succeed
 */
void firn_running_rig_run(FirnRunningRig *self, const char *line);

/**
 * firn_running_rig_get_volume:
 * @snapshot: its name
 * @disk: name of the disk's LV
 *
 * Returns: (transfer full): the device with that snapshot of the disk, which is active then
 */
char *firn_running_rig_get_volume(FirnRunningRig *self, const char *snapshot, const char *disk);

/**
 * firn_running_rig_write_word:
 * @word: written to both mounted disks
 */
void firn_running_rig_write_word(FirnRunningRig *self, const char *word);

/**
 * firn_running_rig_assert_word:
 * @word: must be what was written last to both mounted disks
 */
void firn_running_rig_assert_word(FirnRunningRig *self, const char *word);

/**
 * firn_running_rig_restore:
 * @snapshot: its name
 *
 * Restores it, and waits until the guest has begun again.
 */
void firn_running_rig_restore(FirnRunningRig *self, const char *snapshot);

/**
 * firn_running_rig_assert_untouched:
 *
 * The guest must run and be thawed, and all LVs must be as they were before the test.
 */
void firn_running_rig_assert_untouched(FirnRunningRig *self);
