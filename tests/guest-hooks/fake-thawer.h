/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "deadman.h"
#include "hook-rig.h"

/**
 * FirnTestDisk:
 * @path: its mount point
 * @is_frozen: whether it is frozen
 * @is_hidden: another file system is mounted over it
 * @is_unopenable: its mount point cannot be opened
 * @is_stuck: thawing it waits until this is false
 * @n_thaws: how often it was thawed
 *
 * A file system as the kernel would have it. Read and written by the dead-man's threads: with
 * g_atomic_int.
 */
typedef struct {
    const char *path;
    gint is_frozen;
    gint is_hidden;
    gint is_unopenable;
    gint is_stuck;
    gint n_thaws;
} FirnTestDisk;

/* "/", "/data" and "/data/nested": devices 254:0, 254:1 and 254:2. */
extern FirnTestDisk firn_test_disks[3];

/**
 * firn_test_fake_thawer_init:
 * @rig: gets a /proc/self/mountinfo with these three, and a fourth, of NFS
 * @out: (out): the kernel's place; valid as long as @rig
 *
 * Nothing is frozen at first.
 */
void firn_test_fake_thawer_init(FirnTestHookRig *rig, FirnThawer *out);

/**
 * firn_test_fake_thawer_clear:
 * @thawer: what firn_test_fake_thawer_init() has made
 */
void firn_test_fake_thawer_clear(FirnThawer *thawer);

/**
 * firn_test_fake_thawer_wait:
 * @number: of a disk, or of a mount that a test has added
 *
 * Waits up to 20 s until it is thawed.
 */
void firn_test_fake_thawer_wait(guint number);
