/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * Small files of a guest, through its agent. Nothing of this works while the guest is frozen.
 *
 * Source: guest-file-open, -read, -write, -close, since 0.15.0. Fedora and RHEL disable them by
 * default.
 */

/**
 * firn_guest_file_read:
 * @agent: a synchronised channel
 * @path: absolute path in the guest
 * @bytes_max: a longer file is refused
 * @deadline_ms: how long to wait for each answer
 *
 * Errors: as firn_channel_call(), %FIRN_QMP_ERROR_REFUSED if the agent cannot open it;
 * %FIRN_QMP_ERROR_MALFORMED, also if the file is too long.
 *
 * Returns: (transfer full): its contents, NUL-terminated beyond their size; %NULL with @error set
 */
GBytes *firn_guest_file_read(FirnChannel *agent,
                             const char *path,
                             gsize bytes_max,
                             guint deadline_ms,
                             GCancellable *cancellable,
                             GError **error);

/**
 * firn_guest_file_write:
 * @agent: a synchronised channel
 * @path: absolute path in the guest
 * @text: the new contents
 * @deadline_ms: how long to wait for each answer
 *
 * Replaces the contents of a file, or creates it with mode 0666: its folder has to protect it.
 *
 * Errors: as firn_guest_file_read().
 *
 * Returns: %TRUE if all of it was written
 */
gboolean firn_guest_file_write(FirnChannel *agent,
                               const char *path,
                               const char *text,
                               guint deadline_ms,
                               GCancellable *cancellable,
                               GError **error);
