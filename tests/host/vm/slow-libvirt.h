/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* In a program linked with this, these functions replace libvirt's calls that change something:
 * they change a scripted guest, and wait at a gate as long as the test wants. Everything else is
 * libvirt itself, with its test driver. */

/**
 * firn_slow_libvirt_reset:
 *
 * The guest runs and is not frozen; all gates are open.
 */
void firn_slow_libvirt_reset(void);

/**
 * firn_slow_libvirt_set_frozen:
 * @is_frozen: whether its two file systems are frozen
 *
 * Returns: number of file systems frozen before
 */
int firn_slow_libvirt_set_frozen(gboolean is_frozen);

/**
 * firn_slow_libvirt_shut:
 * @call: "open", "freeze", "thaw", "agent", "stop", "monitor" (except stop), "start", "destroy",
 * "resume"
 *
 * From now on, calls of that kind wait before they take effect.
 */
void firn_slow_libvirt_shut(const char *call);

/**
 * firn_slow_libvirt_wait_arrived:
 * @call: a kind of call whose gate is shut
 *
 * Returns once a call of that kind waits at the gate.
 */
void firn_slow_libvirt_wait_arrived(const char *call);

/**
 * firn_slow_libvirt_open:
 * @call: a kind of call
 *
 * Waiting calls continue, and later ones do not wait.
 */
void firn_slow_libvirt_open(const char *call);

/**
 * firn_slow_libvirt_fail:
 * @call: a kind of call
 * @domain: virErrorDomain
 * @code: virErrorNumber
 *
 * The next call of that kind has no effect and fails with this error.
 */
void firn_slow_libvirt_fail(const char *call, int domain, int code);

/**
 * firn_slow_libvirt_say:
 * @message: (nullable): libvirt's message for calls that fail because of firn_slow_libvirt_fail();
 * a constant; %NULL: a default
 */
void firn_slow_libvirt_say(const char *message);

/**
 * firn_slow_libvirt_script_monitor:
 * @answers: (array zero-terminated=1): JSON texts; constants
 *
 * Sets what the next commands to QEMU's monitor return; later ones return an empty object.
 */
void firn_slow_libvirt_script_monitor(const char *const *answers);

/**
 * firn_slow_libvirt_count:
 * @call: a kind of call
 *
 * Returns: number of calls of that kind that have passed the gate
 */
guint firn_slow_libvirt_count(const char *call);

/**
 * firn_slow_libvirt_dup_log:
 *
 * Returns: (transfer full): kinds of the calls that took effect, in order: "freeze thaw"
 */
char *firn_slow_libvirt_dup_log(void);

/**
 * firn_slow_libvirt_count_waiting:
 * @call: a kind of call
 *
 * Returns: number of calls of that kind that wait at the gate
 */
guint firn_slow_libvirt_count_waiting(const char *call);
