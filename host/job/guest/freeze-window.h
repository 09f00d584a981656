/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnFreezeWindow:
 *
 * Watches a VM between sending the freeze and confirming the thaw: resets, stops, the agent's port
 * closing, the end of QEMU. All of it comes from QEMU, not from the guest.
 */
typedef struct _FirnFreezeWindow FirnFreezeWindow;

/**
 * firn_freeze_window_explain:
 * @interruption: "RESET" ...
 *
 * Returns: what has happened to the guest, as a clause
 */
const char *firn_freeze_window_explain(const char *interruption);

/**
 * firn_freeze_window_open:
 * @monitor: (nullable): monitor of a running QEMU; %NULL counts as lost
 *
 * Job threads only.
 *
 * Returns: (transfer full): a watch that has begun
 */
FirnFreezeWindow *firn_freeze_window_open(FirnChannel *monitor);

/**
 * firn_freeze_window_close:
 * @self: (transfer full): a window
 * @interruptions: (element-type utf8): gets a word for each kind of event that broke the window
 *
 * Ends the watch. Job threads only.
 */
void firn_freeze_window_close(FirnFreezeWindow *self, GPtrArray *interruptions);

/**
 * firn_freeze_window_note:
 * @word: what has broken it, if QEMU has no event for it
 *
 * Any thread.
 */
void firn_freeze_window_note(FirnFreezeWindow *self, const char *word);

/**
 * firn_freeze_window_is_broken:
 *
 * May query QEMU for ports that have closed. Job threads only.
 *
 * Returns: an event has broken the window
 */
gboolean firn_freeze_window_is_broken(FirnFreezeWindow *self);

/**
 * firn_freeze_window_has_rebooted:
 *
 * Any thread.
 *
 * Returns: the guest has rebooted: the file systems that were frozen no longer are
 */
gboolean firn_freeze_window_has_rebooted(FirnFreezeWindow *self);

/**
 * firn_freeze_window_has_lost_monitor:
 *
 * Any thread.
 *
 * Returns: the monitor's connection has ended
 */
gboolean firn_freeze_window_has_lost_monitor(FirnFreezeWindow *self);

/**
 * firn_freeze_window_sleep:
 * @ms: how long
 *
 * Sleeps until something happens to the VM or firn_freeze_window_notify() is called, at most @ms.
 * Any thread but the main loop's.
 */
void firn_freeze_window_sleep(FirnFreezeWindow *self, guint ms);

/**
 * firn_freeze_window_notify:
 *
 * Ends the sleep, or the next one if no thread sleeps. Any thread.
 */
void firn_freeze_window_notify(FirnFreezeWindow *self);
