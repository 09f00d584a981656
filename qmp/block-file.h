/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnBlockFile:
 * @filter: (nullable): driver of a filter that stands above the image, "throttle"
 * @driver: (nullable): the image's format; %NULL: the name does not tell
 * @path: (nullable): the image file, if it is a file or device with an absolute path
 * @other: (nullable): what it is instead: "a.qcow2" (a relative path), "nbd", "blkdebug"
 * @is_relative: @other is a relative path
 *
 * What QEMU's name of a root node tells.
 */
typedef struct {
    char *filter; /* (owned) (nullable) */
    char *driver; /* (owned) (nullable) */
    char *path;   /* (owned) (nullable) */
    char *other;  /* (owned) (nullable) */
    gboolean is_relative;
} FirnBlockFile;

/**
 * firn_block_file_read:
 * @self: (out): what is in it
 * @name: (nullable): "file" of BlockDeviceInfo: a path, or "json:" and the nodes that the image is
 * opened with
 *
 * A filter hands internal snapshots on to the image below it, so its root node may be used as that
 * of the image; those that do are throttle and copy-on-read, tried with QEMU 7.2.
 * Source: QEMU 7.2, bdrv_refresh_filename().
 */
void firn_block_file_read(FirnBlockFile *self, const char *name);

/**
 * firn_block_file_clear:
 * @self: what was read
 */
void firn_block_file_clear(FirnBlockFile *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirnBlockFile, firn_block_file_clear)
