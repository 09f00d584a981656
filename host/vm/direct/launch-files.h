/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"

/* Prefix of the devices, and QOM types, that keep UEFI variables in JSON, since QEMU 10.0. */
#define FIRN_LAUNCH_VARSTORE "uefi-vars-"

/**
 * FirnLaunchFile:
 * @path: as written on the command line
 * @option: the option that names it, "-drive"
 * @is_medium: it is the medium of a CD or floppy drive
 *
 * A file that QEMU opens at start.
 */
typedef struct {
    char *path;   /* (owned) */
    char *option; /* (owned) */
    gboolean is_medium;
} FirnLaunchFile;

/**
 * firn_launch_files_list:
 * @command_line: as for firn_qemu_launch_new()
 *
 * Parses -drive, -blockdev, -cdrom, -kernel and similar options, also behind a wrapper program, but
 * not what a script adds.
 * Source: qemu(1).
 *
 * Returns: (transfer full) (element-type FirnLaunchFile): files that must exist; empty if there is
 * none, or the command line cannot be parsed
 */
GPtrArray *firn_launch_files_list(const char *command_line);

/**
 * firn_launch_files_dup_varstore:
 * @command_line: as for firn_qemu_launch_new()
 *
 * Returns: (transfer full) (nullable): the file of its uefi-vars device, as written; "" if the
 * device keeps the variables in none; %NULL without such a device
 */
char *firn_launch_files_dup_varstore(const char *command_line);

/**
 * firn_launch_files_check:
 * @command_line: as for firn_qemu_launch_new()
 * @disks: (nullable) (element-type FirnDisk): disks that QEMU must have
 * @blockers: (element-type FirnBlocker): gets what its start would lack
 *
 * Checks that the program and all these files exist, and that the images of @disks are among them.
 * Changes nothing.
 */
void firn_launch_files_check(const char *command_line, GPtrArray *disks, GPtrArray *blockers);
