/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

/* A deadline for what may take QEMU minutes, freeing clusters for example: only QEMU's end ends the
 * waiting. */
#define FIRN_CHANNEL_NO_DEADLINE_MS G_MAXINT32

/**
 * FirnChannel:
 *
 * One command in, one reply out, events as a signal: a QEMU monitor or a guest agent, over any
 * transport. A channel lives on the main loop; other threads only use firn_channel_call().
 *
 * Signal "event" (const char *name, JsonObject *data): @data is (nullable); both belong to the
 * emitter. Signal "closed" (): the peer is gone; every waiting call fails after it, with
 * %FIRN_QMP_ERROR_CLOSED, so that a thread whose call fails finds that all others know.
 */
#define FIRN_TYPE_CHANNEL (firn_channel_get_type())
G_DECLARE_INTERFACE(FirnChannel, firn_channel, FIRN, CHANNEL, GObject)

struct _FirnChannelInterface {
    GTypeInterface parent;

    /* Main loop only. Sends one command. @callback runs exactly once, later, on the main loop, no
     * later than after @deadline_ms, with a GTask that returns a JsonNode. After a deadline the
     * command may still take effect. */
    void (*call_async)(FirnChannel *self,
                       const char *command,
                       JsonObject *arguments,
                       guint deadline_ms,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);

    /* Main loop only. Ends the connection, if it is open, and fails all waiting calls. */
    void (*close)(FirnChannel *self);

    /* NULL for peers that accept no files. Main loop only. Sends a command and passes @file with
     * it; the caller may close @file at once. Otherwise as call_async(). */
    void (*pass_file_async)(FirnChannel *self,
                            const char *command,
                            JsonObject *arguments,
                            int file,
                            guint deadline_ms,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
};

/**
 * firn_channel_open_finish:
 * @result: what the callback of an opening was given; its source object is the channel
 *
 * Errors: those of firn_monitor_client_open_async() or firn_agent_client_open_async().
 *
 * Returns: (transfer full): an open channel; %NULL with @error set
 */
FirnChannel *firn_channel_open_finish(GAsyncResult *result, GError **error);

/**
 * firn_channel_call_async:
 * @command: name of a QMP or agent command
 * @arguments: (nullable) (transfer none): its arguments
 * @deadline_ms: how long to wait for the reply; 1 to G_MAXUINT ms
 * @cancellable: (nullable): ends the waiting, not the command
 * @callback: (scope async): called once, on the main loop
 * @user_data: for @callback
 *
 * Main loop only.
 */
void firn_channel_call_async(FirnChannel *self,
                             const char *command,
                             JsonObject *arguments,
                             guint deadline_ms,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * firn_channel_call_finish:
 * @result: what the callback was given
 *
 * Errors: as firn_channel_call().
 *
 * Returns: (transfer full): the reply's "return" member; %NULL with @error set
 */
JsonNode *firn_channel_call_finish(FirnChannel *self, GAsyncResult *result, GError **error);

/**
 * firn_channel_call:
 * @command: name of a QMP or agent command
 * @arguments: (nullable) (transfer none): its arguments
 * @deadline_ms: how long to wait for the reply; 1 to G_MAXUINT ms
 * @cancellable: (nullable): ends the waiting, not the command
 *
 * For job threads: sends the command from the main loop and sleeps until there is a reply, the
 * deadline passes, @cancellable is cancelled, or the peer is gone.
 *
 * Errors: %FIRN_QMP_ERROR_DEADLINE (may still take effect), %FIRN_QMP_ERROR_CLOSED,
 * %FIRN_QMP_ERROR_MALFORMED, %FIRN_QMP_ERROR_REFUSED, %FIRN_QMP_ERROR_NO_COMMAND or
 * %FIRN_QMP_ERROR_BLOCKED (the peer refused), %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the reply's "return" member; %NULL with @error set
 */
JsonNode *firn_channel_call(FirnChannel *self,
                            const char *command,
                            JsonObject *arguments,
                            guint deadline_ms,
                            GCancellable *cancellable,
                            GError **error);

/**
 * firn_channel_close:
 *
 * Ends the connection; pending calls fail with %FIRN_QMP_ERROR_CLOSED. Main loop only.
 */
void firn_channel_close(FirnChannel *self);

/**
 * firn_channel_drop:
 * @self: (transfer full): a channel
 *
 * For job threads: closes it, and drops the reference.
 */
void firn_channel_drop(FirnChannel *self);

/**
 * firn_channel_pass_file:
 * @self: an open channel to a monitor
 * @name: under which QEMU stores the file descriptor
 * @file: a file descriptor
 * @deadline_ms: how long to wait for the reply; 1 to G_MAXUINT ms
 *
 * For job threads: QEMU's "getfd", since 0.14.
 *
 * Errors: as firn_channel_call().
 *
 * Returns: %TRUE if QEMU has the file
 */
gboolean firn_channel_pass_file(FirnChannel *self,
                                const char *name,
                                int file,
                                guint deadline_ms,
                                GError **error);

/**
 * firn_channel_add_file:
 * @self: an open channel to a monitor
 * @file: a file descriptor
 * @deadline_ms: how long to wait for the reply; 1 to G_MAXUINT ms
 * @out_set: (out): the number of QEMU's set: the file can be opened as "/dev/fdset/N"
 *
 * For job threads: QEMU's "add-fd", since 1.2. QEMU keeps the file until "remove-fd".
 *
 * Errors: as firn_channel_call().
 *
 * Returns: %TRUE if QEMU has the file
 */
gboolean firn_channel_add_file(FirnChannel *self,
                               int file,
                               guint deadline_ms,
                               gint64 *out_set,
                               GError **error);

/**
 * firn_channel_emit_event:
 * @name: "RESET", "SHUTDOWN" ...
 * @data: (nullable): the event's data
 *
 * For implementations.
 */
void firn_channel_emit_event(FirnChannel *self, const char *name, JsonObject *data);

/**
 * firn_channel_emit_closed:
 *
 * For implementations: once, before they fail the waiting calls.
 */
void firn_channel_emit_closed(FirnChannel *self);
