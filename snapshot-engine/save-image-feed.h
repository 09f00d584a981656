/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnSaveImageFeed:
 *
 * A FIFO out of which a save image is read with another definition of its domain, and a thread that
 * writes into it. The save image stays as it is, and nothing of it is copied to a disk. Whoever
 * reads gets no end of file while the feed exists; QEMU's stream of RAM tells its own end.
 */
typedef struct _FirnSaveImageFeed FirnSaveImageFeed;

/**
 * firn_save_image_feed_new:
 * @image: path of a save image
 * @path: where the FIFO is to be, in a folder that is made with mode 0700 if missing; what is left
 * there of an earlier one is removed
 * @xml: the definition that whoever reads gets
 * @error: return location for a #GError
 *
 * Any thread.
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
