/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnWindow:
 *
 * Watches what happens to a VM between the freeze being sent and the thaw being confirmed: resets,
 * stops, the agent's port closing, the end of QEMU. QEMU says these things, not the guest.
 */
typedef struct _FirnWindow FirnWindow;

/**
 * firn_window_open:
 * @monitor: (nullable): monitor of a running QEMU; %NULL counts as lost
 *
 * Job threads only.
 *
 * Returns: (transfer full): a watch that has begun
 */
FirnWindow *firn_window_open(FirnChannel *monitor);

/**
 * firn_window_close:
 * @self: (transfer full): a window
 * @interruptions: (element-type utf8): gets a word for each kind of thing that broke the window
 *
 * Ends the watch. Job threads only.
 */
void firn_window_close(FirnWindow *self, GPtrArray *interruptions);

/**
 * firn_window_note:
 * @self: a window
 * @word: what has broken it, if QEMU has no event for it
 *
 * Any thread.
 */
void firn_window_note(FirnWindow *self, const char *word);

/**
 * firn_window_is_broken:
 * @self: a window
 *
 * May ask QEMU whose port has closed. Job threads only.
 *
 * Returns: something has happened that breaks it
 */
gboolean firn_window_is_broken(FirnWindow *self);

/**
 * firn_window_has_rebooted:
 * @self: a window
 *
 * Any thread.
 *
 * Returns: the guest's kernel has been replaced by another: what was frozen is no more
 */
gboolean firn_window_has_rebooted(FirnWindow *self);

/**
 * firn_window_has_lost_monitor:
 * @self: a window
 *
 * Any thread.
 *
 * Returns: the monitor's connection has ended
 */
gboolean firn_window_has_lost_monitor(FirnWindow *self);

/**
 * firn_window_sleep:
 * @self: a window
 * @ms: how long
 *
 * Sleeps, but wakes when something happens to the VM, or by firn_window_rouse(). Any thread but the
 * main loop's.
 */
void firn_window_sleep(FirnWindow *self, guint ms);

/**
 * firn_window_rouse:
 * @self: a window
 *
 * Ends the sleep, or the next one if nobody sleeps. Any thread.
 */
void firn_window_rouse(FirnWindow *self);
