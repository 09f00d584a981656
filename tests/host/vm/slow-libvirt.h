/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* In a program that is linked with this, libvirt's calls that change something are these: they
 * change a scripted guest, and wait at a gate for as long as the test wants. Everything else is
 * libvirt's own, with its driver for tests. */

/**
 * firn_slow_libvirt_reset:
 *
 * A guest that runs and is not frozen; no gate is shut.
 */
void firn_slow_libvirt_reset(void);

/**
 * firn_slow_libvirt_set_frozen:
 * @is_frozen: whether its two file systems are frozen
 *
 * Returns: how many were frozen before
 */
int firn_slow_libvirt_set_frozen(gboolean is_frozen);

/**
 * firn_slow_libvirt_shut:
 * @call: "open", "freeze", "thaw", "agent", "stop", "monitor" (but for stop), "start",
 * "destroy", "resume"
 *
 * From here on, calls of that kind wait before they take effect.
 */
void firn_slow_libvirt_shut(const char *call);

/**
 * firn_slow_libvirt_wait_arrived:
 * @call: a kind of call whose gate is shut
 *
 * Returns once one of that kind waits at the gate.
 */
void firn_slow_libvirt_wait_arrived(const char *call);

/**
 * firn_slow_libvirt_open:
 * @call: a kind of call
 *
 * Those that wait go on, and later ones do not wait.
 */
void firn_slow_libvirt_open(const char *call);

/**
 * firn_slow_libvirt_fail:
 * @call: a kind of call
 * @domain: virErrorDomain
 * @code: virErrorNumber
 *
 * The next call of that kind has no effect and fails like that.
 */
void firn_slow_libvirt_fail(const char *call, int domain, int code);

/**
 * firn_slow_libvirt_say:
 * @message: (nullable): what libvirt says of calls that fail as firn_slow_libvirt_fail() has it; a
 * constant; %NULL: nothing in particular
 */
void firn_slow_libvirt_say(const char *message);

/**
 * firn_slow_libvirt_script_monitor:
 * @answers: (array zero-terminated=1): JSON texts; constants
 *
 * What the next commands of QEMU's monitor return; those after them an empty object.
 */
void firn_slow_libvirt_script_monitor(const char *const *answers);

/**
 * firn_slow_libvirt_count:
 * @call: a kind of call
 *
 * Returns: how many of that kind have passed the gate
 */
guint firn_slow_libvirt_count(const char *call);

/**
 * firn_slow_libvirt_dup_log:
 *
 * Returns: (transfer full): the kinds of calls that have taken effect, in that order: "freeze thaw"
 */
char *firn_slow_libvirt_dup_log(void);

/**
 * firn_slow_libvirt_count_waiting:
 * @call: a kind of call
 *
 * Returns: how many of that kind wait at the gate
 */
guint firn_slow_libvirt_count_waiting(const char *call);
