/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnMonitorClient:
 *
 * A channel to a QEMU monitor (QMP) on a Unix socket. Any number of commands may be waiting at the
 * same time.
 */
#define FIRN_TYPE_MONITOR_CLIENT (firn_monitor_client_get_type())
G_DECLARE_FINAL_TYPE(FirnMonitorClient, firn_monitor_client, FIRN, MONITOR_CLIENT, GObject)

/**
 * firn_monitor_client_open_async:
 * @path: the socket
 * @user: uid that may own the socket, besides root and firnd's own uid; 0: no other
 * @callback: (scope async): called once, on the main loop
 * @user_data: for @callback
 *
 * Connects, reads the greeting and negotiates no capabilities. Main loop only. A monitor serves one
 * client at a time: a second client gets no greeting, which is reported after 3 s.
 * firn_channel_open_finish() returns the channel.
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED (no QEMU there), %FIRN_QMP_ERROR_BUSY (no greeting within 3 s),
 * %FIRN_QMP_ERROR_UNTRUSTED, %FIRN_QMP_ERROR_MALFORMED, %G_IO_ERROR_CANCELLED.
 */
void firn_monitor_client_open_async(const char *path,
                                    uid_t user,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
