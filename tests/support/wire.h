/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestWire:
 *
 * A blocking client of a line protocol on a Unix socket, with deadlines. Deliberately not based on
 * firn's own channel, so that a bug there is not hidden. Errors are %G_IO_ERROR; tests distinguish
 * %G_IO_ERROR_TIMED_OUT and %G_IO_ERROR_CLOSED.
 */
typedef struct FirnTestWire FirnTestWire;

/**
 * firn_test_wire_connect:
 * @path: of the socket; it need not exist yet
 * @deadline_ms: how long to wait until a process listens there
 *
 * Returns: (transfer full): the connected wire, or %NULL
 */
FirnTestWire *firn_test_wire_connect(const char *path, guint deadline_ms, GError **error);

/**
 * firn_test_wire_send:
 * @text: what to send, unchanged: the caller adds the newline
 *
 * Returns: %TRUE if all of it was sent
 */
gboolean firn_test_wire_send(FirnTestWire *wire, const char *text, GError **error);

/**
 * firn_test_wire_read_line:
 * @deadline_us: g_get_monotonic_time() at which to give up; what was read so far is kept
 *
 * Returns: (transfer full): the next line without its end, or %NULL
 */
char *firn_test_wire_read_line(FirnTestWire *wire, gint64 deadline_us, GError **error);

/**
 * firn_test_wire_free:
 * @wire: (nullable): a wire; its connection is closed
 */
void firn_test_wire_free(FirnTestWire *wire);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestWire, firn_test_wire_free)

/**
 * firn_test_wire_listen:
 * @path: of the socket to make; must fit in a socket address (107 bytes)
 *
 * Returns: the listening descriptor; a failure ends the test
 */
int firn_test_wire_listen(const char *path);

/**
 * firn_test_wire_wait_readable:
 * @fd: a descriptor
 * @stop_fd: a second descriptor that ends the wait, or -1
 * @deadline_us: g_get_monotonic_time() at which to give up, or -1 for no limit
 *
 * Returns: %TRUE if @fd can be read; %FALSE if the time has passed or @stop_fd can be read
 */
gboolean firn_test_wire_wait_readable(int fd, int stop_fd, gint64 deadline_us);

/**
 * firn_test_wire_deadline:
 * @deadline_ms: time from now; times FIRN_TEST_PATIENCE, for guests that are emulated twice
 *
 * Returns: the g_get_monotonic_time() of the deadline
 */
gint64 firn_test_wire_deadline(guint deadline_ms);
