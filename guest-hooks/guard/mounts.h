/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/**
 * FirnMountKind:
 * @FIRN_MOUNT_IGNORED: keeps nothing on a disk, as proc and tmpfs, or nothing that changes
 * @FIRN_MOUNT_FREEZABLE: qemu-ga would freeze it
 * @FIRN_MOUNT_UNCOVERED: keeps data that qemu-ga cannot freeze, as NFS and vfat
 */
typedef enum {
    FIRN_MOUNT_IGNORED,
    FIRN_MOUNT_FREEZABLE,
    FIRN_MOUNT_UNCOVERED,
} FirnMountKind;

/**
 * FirnMount:
 * @path: the mount point
 * @major: of the device, as the kernel has it; 0 for those without one, and btrfs
 *
 * One line of /proc/self/mountinfo. The strings are in the line.
 */
typedef struct FirnMount {
    unsigned major;
    unsigned minor;
    char *path;
    char *type;
    char *source;
    FirnMountKind kind;
} FirnMount;

/**
 * FirnMounts:
 * @mounts: (owned) (array length=count): in mount order
 * @text: (owned): what their strings are in
 *
 * All mounts of a system, with those of one device several times.
 */
typedef struct FirnMounts {
    FirnMount *mounts;
    size_t count;
    char *text;
} FirnMounts;

/**
 * firn_mount_parse:
 * @line: a line of mountinfo without its end; it is changed
 * @out: (out): what it says
 *
 * Needs no memory.
 *
 * Returns: false if it is no such line
 */
bool firn_mount_parse(char *line, FirnMount *out);

/**
 * firn_mounts_read:
 * @path: "/proc/self/mountinfo", or a file like it
 *
 * Returns: false, with errno, if it cannot be read
 */
bool firn_mounts_read(FirnMounts *self, const char *path);

/**
 * firn_mounts_clear:
 *
 * Frees its memory, and empties it.
 */
void firn_mounts_clear(FirnMounts *self);
