/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"

/* The longest output that is read. */
#define FIRN_IMAGE_INFO_BYTES_MAX (32 * 1024 * 1024)

/**
 * FirnImageFacts:
 * @cluster_bytes: size of its clusters; 0 if it has none
 * @has_data_file: its data is in an external data file
 * @is_corrupt: QEMU has marked it corrupt, and would refuse to write to it
 * @is_encrypted: it cannot be written without a key
 * @refcount_bits: width of its reference counts, which limits the number of its snapshots; 0:
 * unknown
 *
 * What `qemu-img info` reports about an image in addition to the facts of #FirnDisk.
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
 * @text: the output of `qemu-img info --output=json`, NUL-terminated
 * @length: its length in bytes
 * @out_facts: (out): the other facts; untouched on failure
 *
 * The image is not trusted, and so the output of a program that has read it is not, either.
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
