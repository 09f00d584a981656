/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnMonitorConnection:
 *
 * Keeps a monitor connected while its QEMU runs: connects on request and when the socket appears,
 * without polling in between. Main loop only, except firn_monitor_connection_dup_channel().
 *
 * Signal "opened" (FirnChannel *monitor): connected, and QEMU has the right UUID.
 *
 * Signal "failed" (GError *error): could not connect; %FIRN_QMP_ERROR_CLOSED: no QEMU runs. Signal
 * "closed" (): the connection has ended, whether QEMU still runs or not.
 */
#define FIRN_TYPE_MONITOR_CONNECTION (firn_monitor_connection_get_type())
G_DECLARE_FINAL_TYPE(FirnMonitorConnection,
                     firn_monitor_connection,
                     FIRN,
                     MONITOR_CONNECTION,
                     GObject)

/**
 * firn_monitor_connection_new:
 * @path: the monitor's socket
 * @user: uid that QEMU may run as besides root and firnd's own; 0: none
 * @uuid: the VM; a QEMU that reports another UUID is refused
 *
 * Returns: (transfer full): a link that is not connected
 */
FirnMonitorConnection *firn_monitor_connection_new(const char *path, uid_t user, const char *uuid);

/**
 * firn_monitor_connection_start:
 *
 * Connects if QEMU runs, and from now on whenever its socket appears. A folder that does not exist
 * could only be watched by polling: then only firn_monitor_connection_connect_async() connects.
 */
void firn_monitor_connection_start(FirnMonitorConnection *self);

/**
 * firn_monitor_connection_stop:
 *
 * Disconnects and does not reconnect.
 */
void firn_monitor_connection_stop(FirnMonitorConnection *self);

/**
 * firn_monitor_connection_connect_async:
 * @callback: (scope async): called once, on the main loop
 * @user_data: for @callback
 *
 * Connects now, unless already connected.
 */
void firn_monitor_connection_connect_async(FirnMonitorConnection *self,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/**
 * firn_monitor_connection_connect_finish:
 * @result: as given to the callback
 *
 * Errors: as firn_monitor_client_open_async(); %FIRN_QMP_ERROR_UNTRUSTED also for a QEMU of
 * another VM.
 *
 * Returns: %TRUE if it is connected
 */
gboolean firn_monitor_connection_connect_finish(GAsyncResult *result, GError **error);

/**
 * firn_monitor_connection_dup_channel:
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the monitor; %NULL: not connected
 */
FirnChannel *firn_monitor_connection_dup_channel(FirnMonitorConnection *self);
