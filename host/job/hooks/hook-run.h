/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "host-hook.h"

/**
 * FirnHookCall:
 * @phase: "before" or "after"
 * @environment: (element-type utf8): "NAME=value"
 * @bus: (nullable): D-Bus address of the systemd that starts it, so that firnd's own unit does not
 * confine it; %NULL: firnd does
 * @timeout_s: time limit
 *
 * How a hook is started.
 */
typedef struct {
    const char *phase;      /* (unowned) */
    GPtrArray *environment; /* (unowned) */
    const char *bus;        /* (unowned) (nullable) */
    guint timeout_s;
} FirnHookCall;

/**
 * firn_hook_run:
 * @hook: a hook that is not refused
 * @cancellable: (nullable): ends it early
 * @out_ms: (out): how long it took
 *
 * Runs the program with the phase as its only argument, in a clean environment, without input, and
 * waits for it, not for what it has left running, which systemd kills, but firnd does not. Out of
 * time it gets SIGTERM, and SIGKILL a second later. At most 64 KiB of its output are read. Job
 * threads only.
 *
 * Errors: %FIRN_HOST_ERROR_TIMED_OUT; %G_IO_ERROR_CANCELLED; %FIRN_HOST_ERROR_FAILED: its exit
 * status, and the last line that it has written to standard error.
 *
 * Returns: %TRUE if it has exited with status 0
 */
gboolean firn_hook_run(const FirnHostHook *hook,
                       const FirnHookCall *call,
                       GCancellable *cancellable,
                       guint *out_ms,
                       GError **error);
