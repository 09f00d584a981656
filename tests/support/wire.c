/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wire.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define RETRY_MS 10

struct FirnTestWire {
    int fd;      /* (owned) */
    GString *in; /* (owned) bytes read and not yet returned */
};

static void
set_errno_error(GError **error, const char *what)
{
    int code = errno;
    int io_code = (code == EPIPE || code == ECONNRESET) ? (int)G_IO_ERROR_CLOSED
                                                        : (int)g_io_error_from_errno(code);

    g_set_error(error, G_IO_ERROR, io_code, "%s: %s", what, g_strerror(code));
}

static void
fill_address(struct sockaddr_un *address, const char *path)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    g_assert_cmpuint(strlen(path), <, sizeof address->sun_path);
    strcpy(address->sun_path, path);
}

gint64
firn_test_wire_deadline(guint deadline_ms)
{
    const char *factor = g_getenv("FIRN_TEST_PATIENCE");

    return g_get_monotonic_time() +
           (gint64)deadline_ms * 1000 * (factor == NULL ? 1 : MAX(atoi(factor), 1));
}

gboolean
firn_test_wire_wait_readable(int fd, int stop_fd, gint64 deadline_us)
{
    struct pollfd fds[] = {
        {.fd = fd,      .events = POLLIN},
        {.fd = stop_fd, .events = POLLIN},
    };
    int timeout_ms = -1;
    int ready;

    do {
        if (deadline_us >= 0) {
            gint64 left_us = MAX(0, deadline_us - g_get_monotonic_time());
            timeout_ms = (int)MIN((left_us + 999) / 1000, G_MAXINT);
        }
        ready = poll(fds, G_N_ELEMENTS(fds), timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready > 0 && fds[1].revents == 0 && fds[0].revents != 0;
}

int
firn_test_wire_listen(const char *path)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    fill_address(&address, path);
    unlink(path);
    g_assert_cmpint(fd, >=, 0);
    g_assert_no_errno(bind(fd, (struct sockaddr *)&address, sizeof address));
    g_assert_no_errno(listen(fd, 8));
    return fd;
}

FirnTestWire *
firn_test_wire_connect(const char *path, guint deadline_ms, GError **error)
{
    gint64 deadline_us = firn_test_wire_deadline(deadline_ms);
    struct sockaddr_un address;
    FirnTestWire *wire;
    int fd;

    fill_address(&address, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    while (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        if ((errno != ENOENT && errno != ECONNREFUSED) || g_get_monotonic_time() > deadline_us) {
            set_errno_error(error, path);
            close(fd);
            return NULL;
        }
        poll(NULL, 0, RETRY_MS);
    }
    wire = g_new0(FirnTestWire, 1);
    wire->fd = fd;
    wire->in = g_string_new(NULL);
    return wire;
}

gboolean
firn_test_wire_send(FirnTestWire *wire, const char *text, GError **error)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t sent = send(wire->fd, text, left, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            set_errno_error(error, "send");
            return FALSE;
        }
        text += sent;
        left -= (size_t)sent;
    }
    return TRUE;
}

static char *
take_line(FirnTestWire *wire)
{
    char *end = memchr(wire->in->str, '\n', wire->in->len);
    gssize length;
    char *line;

    if (end == NULL)
        return NULL;
    length = end - wire->in->str;
    line = g_strndup(wire->in->str, (gsize)length);
    g_string_erase(wire->in, 0, length + 1);
    if (length > 0 && line[length - 1] == '\r')
        line[length - 1] = '\0';
    return line;
}

char *
firn_test_wire_read_line(FirnTestWire *wire, gint64 deadline_us, GError **error)
{
    char buffer[4096];
    char *line;

    while ((line = take_line(wire)) == NULL) {
        ssize_t got;

        if (!firn_test_wire_wait_readable(wire->fd, -1, deadline_us)) {
            g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no line in time");
            return NULL;
        }
        got = read(wire->fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = ECONNRESET;
        if (got <= 0) {
            set_errno_error(error, "read");
            return NULL;
        }
        g_string_append_len(wire->in, buffer, got);
    }
    return line;
}

void
firn_test_wire_free(FirnTestWire *wire)
{
    if (wire == NULL)
        return;
    close(wire->fd);
    g_string_free(wire->in, TRUE);
    g_free(wire);
}
