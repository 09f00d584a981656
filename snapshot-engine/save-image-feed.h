/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnSaveImageFeed:
 *
 * A FIFO from which a save image can be read with a different domain definition, and a thread that
 * writes to it. The save image is not changed, and nothing of it is copied to a disk. The reader
 * gets no end of file while the feed exists; QEMU finds the end of the RAM from the stream itself.
 */
typedef struct _FirnSaveImageFeed FirnSaveImageFeed;

/**
 * firn_save_image_feed_new:
 * @image: path of a save image
 * @path: path of the FIFO, in a folder that is made with mode 0700 if missing; an earlier file at
 * that path is removed
 * @xml: the definition that the reader gets
 *
 * Thread-safe.
 *
 * Errors: those of firn_save_image_open(); %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): a FIFO of mode 0600 that can be read; %NULL with @error set
 */
FirnSaveImageFeed *firn_save_image_feed_new(const char *image,
                                            const char *path,
                                            const char *xml,
                                            GError **error);

/**
 * firn_save_image_feed_free:
 * @self: (nullable): a feed, read or not
 *
 * Ends its thread and removes the FIFO.
 */
void firn_save_image_feed_free(FirnSaveImageFeed *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSaveImageFeed, firn_save_image_feed_free)
