/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnMonitorLink:
 *
 * Keeps one monitor connected for as long as its QEMU runs: connects when somebody asks and when
 * the socket appears, without ever looking at a clock in between. Main loop only, but for
 * firn_monitor_link_dup_channel().
 *
 * Signal "opened" (FirnChannel *monitor): connected, and the QEMU is the right VM's.
 * Signal "failed" (GError *error): it could not be connected; %FIRN_QMP_ERROR_CLOSED: no QEMU is
 * there. Signal "closed" (): the connection has ended, with QEMU or without.
 */
#define FIRN_TYPE_MONITOR_LINK (firn_monitor_link_get_type())
G_DECLARE_FINAL_TYPE(FirnMonitorLink, firn_monitor_link, FIRN, MONITOR_LINK, GObject)

/**
 * firn_monitor_link_new:
 * @path: the monitor's socket
 * @user: uid that QEMU may run as besides root and firnd's own; or 0
 * @uuid: the VM; a QEMU that says another one is refused
 *
 * Returns: (transfer full): a link that is not connected
 */
FirnMonitorLink *firn_monitor_link_new(const char *path, uid_t user, const char *uuid);

/**
 * firn_monitor_link_start:
 * @self: a link
 *
 * Connects if QEMU is there, and from now on whenever its socket appears. A folder that does not
 * exist cannot be watched without looking again and again: then only
 * firn_monitor_link_connect_async() connects.
 */
void firn_monitor_link_start(FirnMonitorLink *self);

/**
 * firn_monitor_link_stop:
 * @self: a link
 *
 * Disconnects, for good.
 */
void firn_monitor_link_stop(FirnMonitorLink *self);

/**
 * firn_monitor_link_connect_async:
 * @self: a link
 * @callback: (scope async): called once, on the main loop
 * @user_data: for @callback
 *
 * Connects now, unless it is connected.
 */
void firn_monitor_link_connect_async(FirnMonitorLink *self,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

/**
 * firn_monitor_link_connect_finish:
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Errors: as firn_monitor_client_open_finish(); %FIRN_QMP_ERROR_UNTRUSTED also for a QEMU of
 * another VM.
 *
 * Returns: %TRUE if it is connected
 */
gboolean firn_monitor_link_connect_finish(GAsyncResult *result, GError **error);

/**
 * firn_monitor_link_dup_channel:
 * @self: a link
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the monitor; %NULL: not connected
 */
FirnChannel *firn_monitor_link_dup_channel(FirnMonitorLink *self);
