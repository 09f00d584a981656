/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * The virtio-serial port org.firn.guard.0, a second way to firn-guard in a Linux guest: Fedora and
 * RHEL do not let the guest agent touch files. In the guest firn-port answers
 * (guest-hooks/README.md). These functions block: for job threads.
 */

/**
 * firn_guard_port_find:
 * @monitor: monitor of a running QEMU
 * @deadline_ms: how long to wait for each answer
 *
 * Source: qom-list, qom-get of virtserialport's name and chardev, query-chardev.
 *
 * Returns: (transfer full) (nullable): the Unix socket of the port; %NULL if the VM has no such
 * port, or one of another kind, or QEMU does not tell
 */
char *firn_guard_port_find(FirnChannel *monitor, guint deadline_ms, GCancellable *cancellable);

/**
 * firn_guard_port_request:
 * @path: the socket of the port
 * @words: the request, its words separated by spaces: "token=... deadman-sec=..."
 * @deadline_ms: how long to wait in all
 *
 * Leaves a request for firn-guard.
 *
 * Errors: %FIRN_QMP_ERROR_DEADLINE: nothing in the guest answers; %FIRN_QMP_ERROR_REFUSED,
 * %FIRN_QMP_ERROR_CLOSED, %G_IO_ERROR.
 *
 * Returns: %TRUE once it is there
 */
gboolean firn_guard_port_request(const char *path,
                                 const char *words,
                                 guint deadline_ms,
                                 GCancellable *cancellable,
                                 GError **error);

/**
 * firn_guard_port_read_report:
 * @path: the socket of the port
 * @bytes_max: a longer report is refused
 * @deadline_ms: how long to wait in all
 *
 * Errors: as firn_guard_port_request(), %FIRN_QMP_ERROR_REFUSED if the guest has no report; and
 * %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): firn-guard's last report, NUL-terminated beyond its size; %NULL with
 * @error set
 */
GBytes *firn_guard_port_read_report(const char *path,
                                    gsize bytes_max,
                                    guint deadline_ms,
                                    GCancellable *cancellable,
                                    GError **error);
