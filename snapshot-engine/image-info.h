/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"

/* The longest answer that is read. */
#define FIRN_IMAGE_INFO_BYTES_MAX (32 * 1024 * 1024)

/**
 * FirnImageFacts:
 * @cluster_bytes: size of its clusters; 0 if it has none
 * @has_data_file: its data is in another file
 * @is_corrupt: QEMU has marked it corrupt, and would refuse to write to it
 * @is_encrypted: nobody can write to it without a key
 * @refcount_bits: width of its reference counts, which limits how many snapshots it can have; 0: it
 * does not say
 *
 * What `qemu-img info` knows of an image besides the facts of #FirnDisk.
 */
typedef struct {
    guint64 cluster_bytes;
    gboolean has_data_file;
    gboolean is_corrupt;
    gboolean is_encrypted;
    guint refcount_bits;
} FirnImageFacts;

/**
 * firn_image_info_parse:
 * @disk: a disk with a format; its size, backing file, table and bitmaps are filled in
 * @text: what `qemu-img info --output=json` printed; a NUL byte follows it
 * @length: its bytes
 * @out_facts: (out): what else there is to know; untouched on failure
 * @error: return location for a #GError
 *
 * Reads what a program that has looked at a hostile image says of it.
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: %TRUE if it describes an image of the format of @disk
 */
gboolean firn_image_info_parse(FirnDisk *disk,
                               const char *text,
                               gsize length,
                               FirnImageFacts *out_facts,
                               GError **error);
