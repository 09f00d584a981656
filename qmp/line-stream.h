/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnLineStream:
 *
 * Splits a stream of bytes into lines. The guest agent sends the byte 0xFF, which occurs in no JSON
 * text, before the reply to guest-sync-delimited: it discards what precedes it on its line.
 * Source: QEMU docs/interop/qemu-ga-ref, guest-sync-delimited.
 */
typedef struct _FirnLineStream FirnLineStream;

/**
 * firn_line_stream_new:
 * @max_bytes: longest line
 *
 * Returns: (transfer full): an empty stream
 */
FirnLineStream *firn_line_stream_new(gsize max_bytes);

void firn_line_stream_free(FirnLineStream *self);

/**
 * firn_line_stream_push:
 * @bytes: what arrived
 * @length: its length in bytes
 *
 * The caller must pop all lines before the next push.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED if a line is longer than allowed; the stream cannot be used
 * after that.
 *
 * Returns: %TRUE if the bytes were accepted
 */
gboolean firn_line_stream_push(FirnLineStream *self,
                               const guint8 *bytes,
                               gsize length,
                               GError **error);

/**
 * firn_line_stream_pop:
 * @out_is_delimited: (out) (optional): whether the byte 0xFF came right before the line
 *
 * Returns: (transfer full) (nullable): the next complete line that is not empty, without its line
 * end; %NULL: none yet
 */
GBytes *firn_line_stream_pop(FirnLineStream *self, gboolean *out_is_delimited);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLineStream, firn_line_stream_free)
