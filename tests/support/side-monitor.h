/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnTestSideMonitor:
 *
 * The test's own QMP monitor of a real QEMU, beside the one that firn uses: to control and observe.
 * Used from one thread at a time.
 */
typedef struct FirnTestSideMonitor FirnTestSideMonitor;

/**
 * firn_test_side_monitor_new:
 * @path: of a QMP socket
 *
 * Connects, waiting up to 20 s for the socket, and negotiates.
 *
 * Returns: (transfer full): the monitor, or %NULL
 */
FirnTestSideMonitor *firn_test_side_monitor_new(const char *path, GError **error);

/**
 * firn_test_side_monitor_call:
 * @command: name of the QMP command
 * @arguments: (nullable): the arguments as JSON text of an object
 *
 * Calls and waits up to 30 s; events that arrive meanwhile are kept for
 * firn_test_side_monitor_wait_event().
 *
 * Errors: %G_IO_ERROR_FAILED if QEMU answered with an error; its text is the message.
 *
 * Returns: (transfer full): the value of "return", or %NULL
 */
JsonNode *firn_test_side_monitor_call(FirnTestSideMonitor *monitor,
                                      const char *command,
                                      const char *arguments,
                                      GError **error);

/**
 * firn_test_side_monitor_wait_event:
 * @name: of the event
 * @deadline_ms: how long to wait
 *
 * Takes the oldest event of that name; older events of other names are kept.
 *
 * Returns: (transfer full): the whole event, an object, or %NULL
 */
JsonNode *firn_test_side_monitor_wait_event(FirnTestSideMonitor *monitor,
                                            const char *name,
                                            guint deadline_ms,
                                            GError **error);

/**
 * firn_test_side_monitor_forget_events:
 *
 * Drops the events received so far, so that a later wait sees only newer ones.
 */
void firn_test_side_monitor_forget_events(FirnTestSideMonitor *monitor);

/**
 * firn_test_side_monitor_free:
 * @monitor: (nullable): a monitor
 */
void firn_test_side_monitor_free(FirnTestSideMonitor *monitor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestSideMonitor, firn_test_side_monitor_free)
