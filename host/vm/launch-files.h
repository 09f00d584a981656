/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"

/**
 * FirnLaunchFile:
 * @path: as the command line has it
 * @option: that names it, "-drive"
 * @is_medium: it is in a CD or floppy drive
 *
 * A file that QEMU opens when it starts.
 */
typedef struct {
    char *path;   /* (owned) */
    char *option; /* (owned) */
    gboolean is_medium;
} FirnLaunchFile;

/**
 * firn_launch_files_list:
 * @command_line: as firn_qemu_launch_new() takes it
 *
 * Reads -drive, -blockdev, -cdrom, -kernel and the like, also where they stand behind another
 * program; not what a script makes of its own.
 * Source: qemu(1).
 *
 * Returns: (transfer full) (element-type FirnLaunchFile): files that have to be there before; empty
 * if none is named, or the line cannot be read
 */
GPtrArray *firn_launch_files_list(const char *command_line);

/**
 * firn_launch_files_check:
 * @command_line: as firn_qemu_launch_new() takes it
 * @disks: (nullable) (element-type FirnDisk): disks that the QEMU has to have
 * @blockers: (element-type FirnBlocker): gets what its start would lack
 *
 * Looks whether the program and all these files are there, and whether they are the images of
 * @disks. Changes nothing.
 */
void firn_launch_files_check(const char *command_line, GPtrArray *disks, GPtrArray *blockers);
