/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnBlockFile:
 * @filter: (nullable): driver of a filter node above the image, "throttle"
 * @driver: (nullable): the image's format; %NULL if the name does not contain it
 * @path: (nullable): the image, if it is a file or device with an absolute path
 * @other: (nullable): what the image is otherwise: "a.qcow2" (a relative path), "nbd", "blkdebug"
 * @is_relative: @other is a relative path
 *
 * What the file name of a root node, as QEMU reports it, says about the image.
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
 * @self: (out): filled in
 * @name: (nullable): "file" of BlockDeviceInfo: a path, or "json:" followed by the options of the
 * image's nodes
 *
 * A filter node passes internal snapshots on to the image below it, so its root node can be used
 * instead of the image's. Verified for throttle and copy-on-read with QEMU 7.2.
 * Source: QEMU 7.2, bdrv_refresh_filename().
 */
void firn_block_file_read(FirnBlockFile *self, const char *name);

/**
 * firn_block_file_clear:
 * @self: what firn_block_file_read() filled in
 */
void firn_block_file_clear(FirnBlockFile *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirnBlockFile, firn_block_file_clear)
