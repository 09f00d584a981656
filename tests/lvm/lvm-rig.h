/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

#define FIRST              "first.0123abcd"
#define SECOND             "second.4567cdef"
#define LVM_RIG_DISK_BYTES (8 * 1024 * 1024)

/**
 * FirnLvmRigKind:
 * @make: makes the backend
 * @prepare: commands that make the volume group, of /dev/vda
 * @create: options of lvcreate for a disk of 8 MiB
 *
 * How the disks of a program's tests are made, in a volume group "test-vg".
 */
typedef struct {
    FirnBackend *(*make)(void);
    const char *prepare;
    const char *create;
} FirnLvmRigKind;

/**
 * FirnLvmRig:
 * @cut: of the snapshot FIRST
 * @waiting: of the cut; without prepare() take() starts its lvm itself
 * @lvs_before: what firn_lvm_rig_list_lvs() was at first
 *
 * Two disks, "a-disk" and "b", on LVs of a machine that has nothing else: in-machine.
 */
typedef struct {
    FirnBackend *backend; /* (owned) */
    GPtrArray *disks;     /* (owned) (element-type FirnDisk) two */
    FirnCut cut;          /* of FIRST, while the VM is off */
    GHashTable *waiting;  /* (owned) of the cut */
    char *lvs_before;     /* (owned) */
    GError *error;        /* (owned) (nullable) */
} FirnLvmRig;

/**
 * firn_lvm_rig_run:
 * @format: as for printf(): a command of the shell
 *
 * Returns: (transfer full): what it prints; it must succeed
 */
char *firn_lvm_rig_run(const char *format, ...) G_GNUC_PRINTF(1, 2);

/**
 * firn_lvm_rig_do_run:
 * @format: as for printf(): a command of the shell, which must succeed
 */
void firn_lvm_rig_do_run(const char *format, ...) G_GNUC_PRINTF(1, 2);

/**
 * firn_lvm_rig_list_lvs:
 *
 * Returns: (transfer full): names, tags and permissions of all LVs
 */
char *firn_lvm_rig_list_lvs(void);

/**
 * firn_lvm_rig_main:
 * @kind: how the disks are made
 * @add: adds the tests of the program, besides those that each backend has
 *
 * Returns: the program's exit status
 */
int firn_lvm_rig_main(int argc, char **argv, const FirnLvmRigKind *kind, void (*add)(void));

/**
 * firn_lvm_rig_add:
 * @name: of a test
 */
void firn_lvm_rig_add(const char *name, void (*test)(FirnLvmRig *self, gconstpointer kind));

/**
 * firn_lvm_rig_write_all:
 * @letter: what is written
 *
 * Fills a quarter of each disk, not at the same place.
 */
void firn_lvm_rig_write_all(FirnLvmRig *self, char letter);

/**
 * firn_lvm_rig_assert_all:
 * @letter: what was written last
 *
 * All of both disks must be as if only that had been written.
 */
void firn_lvm_rig_assert_all(FirnLvmRig *self, char letter);

/**
 * firn_lvm_rig_assert_unchanged:
 *
 * All LVs must be as they were at first.
 */
void firn_lvm_rig_assert_unchanged(FirnLvmRig *self);

/**
 * firn_lvm_rig_take:
 * @tag: of the snapshot
 *
 * Prepares, takes and verifies, which must succeed.
 */
void firn_lvm_rig_take(FirnLvmRig *self, const char *tag);

/**
 * firn_lvm_rig_revert:
 * @tag: of the snapshot
 *
 * Reverts both disks, which must succeed.
 */
void firn_lvm_rig_revert(FirnLvmRig *self, const char *tag);

/**
 * firn_lvm_rig_discard:
 * @tag: of the snapshot
 *
 * Deletes it, which must succeed.
 */
void firn_lvm_rig_discard(FirnLvmRig *self, const char *tag);

/**
 * firn_lvm_rig_assert_tags:
 * @n_first: how often each disk has FIRST
 * @n_second: how often each disk has SECOND
 */
void firn_lvm_rig_assert_tags(FirnLvmRig *self, guint n_first, guint n_second);

/**
 * firn_lvm_rig_assert_blocked:
 * @code: (nullable): of the first blocker of the cut; %NULL: there must be none
 */
void firn_lvm_rig_assert_blocked(FirnLvmRig *self, const char *code);

/**
 * firn_lvm_rig_assert_revert_blocked:
 * @code: of the only blocker of a revert
 */
void firn_lvm_rig_assert_revert_blocked(FirnLvmRig *self, const char *code);
