/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnLineStream:
 *
 * Cuts a stream of bytes into lines. The byte 0xFF, which the guest agent sends before the answer
 * to guest-sync-delimited and which occurs in no JSON text, throws away what came before it on its
 * line. Source: QEMU docs/interop/qemu-ga-ref, guest-sync-delimited.
 */
typedef struct _FirnLineStream FirnLineStream;

/**
 * firn_line_stream_new:
 * @max_bytes: longest line
 *
 * Returns: (transfer full): an empty stream
 */
FirnLineStream *firn_line_stream_new(gsize max_bytes);

/**
 * firn_line_stream_free:
 * @self: (nullable): a stream
 */
void firn_line_stream_free(FirnLineStream *self);

/**
 * firn_line_stream_push:
 * @self: a stream
 * @bytes: what arrived
 * @length: how much of it
 * @error: return location for a #GError
 *
 * Pop all lines before the next push.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED if a line is longer than allowed; the stream is of no more use
 * then.
 *
 * Returns: %TRUE if the bytes were taken
 */
gboolean firn_line_stream_push(FirnLineStream *self,
                               const guint8 *bytes,
                               gsize length,
                               GError **error);

/**
 * firn_line_stream_pop:
 * @self: a stream
 * @out_is_delimited: (out) (optional): whether 0xFF stood right before the line
 *
 * Returns: (transfer full) (nullable): the next complete line that is not empty, without its end;
 * %NULL: none yet
 */
GBytes *firn_line_stream_pop(FirnLineStream *self, gboolean *out_is_delimited);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLineStream, firn_line_stream_free)
