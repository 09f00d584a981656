/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* LVM tags on a snapshot: what it is, its tag, and the disk's LV, by name, because each revert
 * gives the disk another LV of the same name. */
#define FIRN_LVM_TAG_SNAPSHOT "firn.snapshot"
#define FIRN_LVM_TAG_NAME     "firn.tag="
#define FIRN_LVM_TAG_DISK     "firn.disk="
/* On what a revert makes and removes again. */
#define FIRN_LVM_TAG_PART "firn.part"

/**
 * firn_lvm_name_split:
 * @path: "/dev/VG/LV" or "/dev/mapper/VG-LV"
 * @out_vg: (out): the volume group
 * @out_lv: (out): the LV, which need not exist
 *
 * Returns: whether @path is one of an LV
 */
gboolean firn_lvm_name_split(const char *path, char **out_vg, char **out_lv);

/**
 * firn_lvm_name_find:
 * @path: a device or a link to one, whatever its name is
 * @out_vg: (out): the volume group
 * @out_lv: (out): the LV
 *
 * Asks the kernel for the name of the device; without a device, as firn_lvm_name_split(). Starts no
 * program, so that it may be called while a guest is frozen.
 * Source: Linux 6.1, Documentation/ABI/testing/sysfs-block-dm.
 *
 * Returns: whether @path is an LV
 */
gboolean firn_lvm_name_find(const char *path, char **out_vg, char **out_lv);

/**
 * firn_lvm_name_is_suspended:
 * @path: a device or a link to one
 *
 * Asks the kernel, and starts no program.
 * Source: Linux 6.1, Documentation/ABI/testing/sysfs-block-dm.
 *
 * Returns: whether it is a device of device-mapper that is suspended: what uses it waits
 */
gboolean firn_lvm_name_is_suspended(const char *path);

/**
 * firn_lvm_name_of_snapshot:
 * @disk: name of the disk's LV
 * @tag: of a snapshot, as firn makes them
 *
 * Returns: (transfer full): the name of the LV with that snapshot
 */
char *firn_lvm_name_of_snapshot(const char *disk, const char *tag);

/**
 * firn_lvm_name_fits:
 * @vg: a volume group
 * @lv: name of an LV
 *
 * The name of a device is that of both, with each dash in them doubled, and a suffix for its parts.
 * Source: Linux 6.1, include/uapi/linux/dm-ioctl.h, DM_NAME_LEN.
 *
 * Returns: whether the kernel can name its device
 */
gboolean firn_lvm_name_fits(const char *vg, const char *lv);
