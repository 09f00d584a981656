/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line-socket.h"

#include <fcntl.h>
#include <gio/gunixfdmessage.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <unistd.h>

#include "line-stream.h"
#include "qmp-error.h"

#define BYTES_PER_TURN (64 << 10)

struct _FirnLineSocket {
    GObject parent_instance;
    GSocket *socket;      /* (owned) */
    GSource *reading;     /* (owned) */
    GSource *writing;     /* (owned) (nullable) only while outgoing is not empty */
    GByteArray *outgoing; /* (owned) */
    guint64 n_sent;       /* bytes that the kernel has accepted: all before outgoing */
    int file;             /* (owned) sent with the byte at @file_at of @outgoing; -1: none */
    gsize file_at;
    FirnLineStream *stream; /* (owned) */
    FirnLineSocketPeer peer;
    gboolean is_closed;
};

G_DEFINE_FINAL_TYPE(FirnLineSocket, firn_line_socket, G_TYPE_OBJECT)

static void
destroy_source(GSource **source)
{
    if (*source != NULL)
        g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

void
firn_line_socket_close(FirnLineSocket *self)
{
    self->is_closed = TRUE;
    destroy_source(&self->reading);
    destroy_source(&self->writing);
    g_socket_close(self->socket, NULL);
}

static void
drop_file(FirnLineSocket *self)
{
    if (self->file >= 0)
        close(self->file);
    self->file = -1;
}

static void
firn_line_socket_dispose(GObject *object)
{
    FirnLineSocket *self = FIRN_LINE_SOCKET(object);

    if (self->socket != NULL)
        firn_line_socket_close(self);
    G_OBJECT_CLASS(firn_line_socket_parent_class)->dispose(object);
}

static void
firn_line_socket_finalize(GObject *object)
{
    FirnLineSocket *self = FIRN_LINE_SOCKET(object);

    g_clear_object(&self->socket);
    g_byte_array_unref(self->outgoing);
    drop_file(self);
    firn_line_stream_free(self->stream);
    G_OBJECT_CLASS(firn_line_socket_parent_class)->finalize(object);
}

static void
firn_line_socket_class_init(FirnLineSocketClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_line_socket_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_line_socket_finalize;
}

static void
firn_line_socket_init(FirnLineSocket *self)
{
    self->file = -1;
    self->outgoing = g_byte_array_new();
}

static void
end_connection(FirnLineSocket *self, const GError *error)
{
    if (self->is_closed)
        return;
    firn_line_socket_close(self);
    self->peer.on_closed(error, self->peer.user_data);
}

static void
end_by_peer(FirnLineSocket *self, const char *how)
{
    g_autoptr(GError) error =
        g_error_new(FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "the other side %s", how);

    end_connection(self, error);
}

static void
deliver_lines(FirnLineSocket *self)
{
    gboolean is_delimited = FALSE;

    while (!self->is_closed) {
        g_autoptr(GBytes) line = firn_line_stream_pop(self->stream, &is_delimited);

        if (line == NULL)
            return;
        self->peer.on_line(line, is_delimited, self->peer.user_data);
    }
}

static gboolean
on_readable(GSocket *socket, GIOCondition condition, gpointer user_data)
{
    g_autoptr(FirnLineSocket) self = g_object_ref(user_data);
    g_autofree guint8 *bytes = g_malloc(BYTES_PER_TURN);
    g_autoptr(GError) error = NULL;
    gssize length =
        g_socket_receive_with_blocking(socket, (char *)bytes, BYTES_PER_TURN, FALSE, NULL, &error);

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
    if (length <= 0)
        end_by_peer(self, length == 0 ? "closed the connection" : "is gone");
    else if (!firn_line_stream_push(self->stream, bytes, length, &error))
        end_connection(self, error);
    else
        deliver_lines(self);
    return self->is_closed ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gssize
send_bytes(FirnLineSocket *self, gsize length)
{
    return g_socket_send_with_blocking(self->socket,
                                       (char *)self->outgoing->data,
                                       length,
                                       FALSE,
                                       NULL,
                                       NULL);
}

/* The file is sent with the first of the remaining bytes. */
static gssize
send_with_file(FirnLineSocket *self)
{
    GOutputVector vector = {self->outgoing->data, self->outgoing->len};
    g_autoptr(GSocketControlMessage) message = g_unix_fd_message_new();
    gssize length;

    if (!g_unix_fd_message_append_fd(G_UNIX_FD_MESSAGE(message), self->file, NULL))
        return -1;
    length = g_socket_send_message(self->socket, NULL, &vector, 1, &message, 1, 0, NULL, NULL);
    if (length > 0)
        drop_file(self);
    return length;
}

/* Returns whether bytes remain to be sent. */
static gboolean
write_some(FirnLineSocket *self)
{
    gssize length;

    if (self->file < 0)
        length = send_bytes(self, self->outgoing->len);
    else if (self->file_at > 0)
        length = send_bytes(self, self->file_at);
    else
        length = send_with_file(self);
    /* The reading side reports a broken connection. */
    if (length <= 0)
        return self->outgoing->len > 0;
    self->n_sent += (guint64)length;
    g_byte_array_remove_range(self->outgoing, 0, length);
    if (self->file >= 0)
        self->file_at -= length;
    return self->outgoing->len > 0;
}

static gboolean
on_writable(GSocket *socket, GIOCondition condition, gpointer user_data)
{
    FirnLineSocket *self = user_data;

    if (write_some(self) && (condition & (G_IO_ERR | G_IO_HUP)) == 0)
        return G_SOURCE_CONTINUE;
    g_clear_pointer(&self->writing, g_source_unref);
    return G_SOURCE_REMOVE;
}

gboolean
firn_line_socket_send_file(FirnLineSocket *self, GBytes *bytes, int file)
{
    if (self->file >= 0)
        return FALSE;
    self->file = fcntl(file, F_DUPFD_CLOEXEC, 3);
    self->file_at = self->outgoing->len;
    if (self->file < 0)
        return FALSE;
    firn_line_socket_send(self, bytes);
    return TRUE;
}

guint64
firn_line_socket_send(FirnLineSocket *self, GBytes *bytes)
{
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    guint64 begin = self->n_sent + self->outgoing->len;

    if (self->is_closed)
        return begin;
    g_byte_array_append(self->outgoing, data, length);
    if (self->writing != NULL || !write_some(self))
        return begin;
    self->writing = g_socket_create_source(self->socket, G_IO_OUT, NULL);
    g_source_set_callback(self->writing, G_SOURCE_FUNC(on_writable), self, NULL);
    g_source_attach(self->writing, NULL);
    return begin;
}

gboolean
firn_line_socket_take_back(FirnLineSocket *self, guint64 begin, gsize length)
{
    guint64 end = self->n_sent + self->outgoing->len;

    if (begin < self->n_sent || begin + length > end)
        return FALSE;
    memset(self->outgoing->data + (begin - self->n_sent), ' ', length);
    return TRUE;
}

static gboolean
check_owner(GSocket *socket, const char *path, uid_t user, GError **error)
{
    g_autoptr(GCredentials) credentials = g_socket_get_credentials(socket, error);
    uid_t owner;

    if (credentials == NULL)
        return FALSE;
    owner = g_credentials_get_unix_user(credentials, error);
    if (owner == (uid_t)-1)
        return FALSE;
    if (owner == 0 || owner == geteuid() || owner == user)
        return TRUE;
    g_set_error(error,
                FIRN_QMP_ERROR,
                FIRN_QMP_ERROR_UNTRUSTED,
                "%s belongs to a process of uid %u: if QEMU runs as that uid, set it as \"user\" in"
                " the machine file",
                path,
                owner);
    return FALSE;
}

/* A socket without a listener means that QEMU is off; a socket that refuses access does not. */
static FirnQmpError
kind_of_failure(const GError *failure)
{
    /* EAGAIN: the backlog is full. */
    if (g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
        g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_PENDING))
        return FIRN_QMP_ERROR_BUSY;
    if (g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
        g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        return FIRN_QMP_ERROR_CLOSED;
    return FIRN_QMP_ERROR_UNTRUSTED;
}

static GSocket *
connect_socket(const char *path, GError **error)
{
    g_autoptr(GSocket) socket =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
    g_autoptr(GSocketAddress) address = NULL;
    g_autoptr(GError) failure = NULL;

    if (socket == NULL)
        return NULL;
    address = g_unix_socket_address_new(path);
    g_socket_set_blocking(socket, FALSE);
    if (g_socket_connect(socket, address, NULL, &failure))
        return g_steal_pointer(&socket);
    g_set_error(error,
                FIRN_QMP_ERROR,
                kind_of_failure(failure),
                "%s: %s",
                path,
                kind_of_failure(failure) == FIRN_QMP_ERROR_BUSY ? "another client holds the socket"
                                                                : failure->message);
    return NULL;
}

gboolean
firn_line_socket_is_stale(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) socket = connect_socket(path, &error);

    return g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
}

FirnLineSocket *
firn_line_socket_new(const char *path,
                     uid_t user,
                     gsize max_line_bytes,
                     const FirnLineSocketPeer *peer,
                     GError **error)
{
    g_autoptr(GSocket) socket = connect_socket(path, error);
    FirnLineSocket *self;

    if (socket == NULL || !check_owner(socket, path, user, error))
        return NULL;
    self = g_object_new(FIRN_TYPE_LINE_SOCKET, NULL);
    self->socket = g_steal_pointer(&socket);
    self->stream = firn_line_stream_new(max_line_bytes);
    self->peer = *peer;
    self->reading = g_socket_create_source(self->socket, G_IO_IN, NULL);
    g_source_set_callback(self->reading, G_SOURCE_FUNC(on_readable), self, NULL);
    g_source_attach(self->reading, NULL);
    return self;
}
