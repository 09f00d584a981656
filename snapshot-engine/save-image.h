/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "state-dir.h"

/**
 * RAM of a guest in a file of its own: libvirt's header and the domain XML, followed by QEMU's
 * migration stream, so that `virsh save-image-dumpxml` and `virsh restore` can read it. Source:
 * libvirt 9.0, src/qemu/qemu_saveimage.h (virQEMUSaveHeader, version 2).
 */

/**
 * firn_save_image_file_name:
 * @uuid: of a snapshot
 *
 * Returns: (transfer full): name of its file
 */
char *firn_save_image_file_name(const char *uuid);

/**
 * firn_save_image_path:
 * @directory: the folder of the save images
 * @uuid: of a snapshot
 *
 * Returns: (transfer full): path of its file
 */
char *firn_save_image_path(FirnStateDir *directory, const char *uuid);

/**
 * firn_save_image_begin:
 * @directory: the folder of the save images; made with mode 0700 if missing
 * @uuid: of a snapshot that has none yet
 * @xml: definition of the domain
 * @room_bytes: maximal length of the stream
 *
 * Makes the file, mode 0600 whatever the umask, marked as unfinished, and reserves space for the
 * whole stream if the file system supports that. Blocks.
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: a file descriptor at the offset where the stream begins; -1 with @error set
 */
int firn_save_image_begin(FirnStateDir *directory,
                          const char *uuid,
                          const char *xml,
                          guint64 room_bytes,
                          GError **error);

/**
 * firn_save_image_make_head:
 * @xml: definition of a domain
 * @out_bytes: (out): length of the result
 *
 * Returns: (transfer full) (array length=out_bytes): what precedes the stream in a finished save
 * image
 */
char *firn_save_image_make_head(const char *xml, gsize *out_bytes);

/**
 * firn_save_image_finish:
 * @file: from firn_save_image_begin(), after the stream was written
 * @out_bytes: (out): length of the file
 *
 * Marks it as finished, and frees the space that was not needed. Blocks for a flush.
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_save_image_finish(int file, guint64 *out_bytes, GError **error);

/**
 * firn_save_image_open:
 * @path: of a save image
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT if it is not a finished save image; %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: a file descriptor at the offset where the stream begins; -1 with @error set
 */
int firn_save_image_open(const char *path, GError **error);

/**
 * firn_save_image_dup_xml:
 * @path: of a save image, finished or not
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT if it is not a save image; %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): the domain XML; %NULL with @error set
 */
char *firn_save_image_dup_xml(const char *path, GError **error);
