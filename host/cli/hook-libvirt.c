/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-libvirt.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "firn-config.h"

#define SOCKET_PATH   FIRN_RUNTIMEDIR "/hook.sock"
#define SOCKET_OPTION "--socket="
#define DEADLINE_US   (1900 * 1000) /* 2 s with start and end of the process */
#define XML_BYTES_MAX (1000 * 1024)
#define ANSWER_MAX    4096
#define REFUSAL       "no: "

#define EXIT_ALLOWED  0
#define EXIT_REFUSED  1

/* libvirt kills a running guest if "reconnect" is refused, so only operations listed here may be
 * refused; libvirt may add others. */
static const char *const refusable[] = {"prepare", "restore", "migrate", NULL};

typedef struct {
    int socket;
    gint64 end_us; /* monotonic, for the whole request */
} Call;

static gboolean
wait_for(const Call *call, int fd, short events)
{
    struct pollfd wanted = {.fd = fd, .events = events};
    gint64 left_ms = (call->end_us - g_get_monotonic_time()) / 1000;

    return left_ms > 0 && poll(&wanted, 1, (int)left_ms) == 1;
}

/* Reads until the end, or until there is more than @max. */
static gboolean
read_all(const Call *call, int fd, gsize max, GString *text)
{
    char chunk[16384];
    gssize n;

    do {
        if (!wait_for(call, fd, POLLIN))
            return FALSE;
        n = read(fd, chunk, sizeof chunk);
        if (n > 0)
            g_string_append_len(text, chunk, n);
    } while (n > 0 && text->len <= max);
    return n == 0;
}

static gboolean
send_all(const Call *call, const GString *text)
{
    gsize sent = 0;

    while (sent < text->len) {
        gssize n;

        if (!wait_for(call, call->socket, POLLOUT))
            return FALSE;
        n = send(call->socket, text->str + sent, text->len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN)
            return FALSE;
        sent += n > 0 ? (gsize)n : 0;
    }
    return shutdown(call->socket, SHUT_WR) == 0;
}

/* Does not block: a full queue is an answer, too. */
static gboolean
open_call(Call *call, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    call->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (call->socket < 0 || strlen(path) >= sizeof address.sun_path)
        return FALSE;
    strcpy(address.sun_path, path);
    return connect(call->socket, (struct sockaddr *)&address, sizeof address) == 0;
}

/* stdin is read to its end even if firnd does not run: libvirt could take a closed pipe for a
 * failure. */
static gboolean
ask(Call *call, const char *path, const char *operation, GString *answer)
{
    g_autoptr(GString) question = g_string_new(operation);

    g_string_append_c(question, '\n');
    return read_all(call, STDIN_FILENO, XML_BYTES_MAX, question) && open_call(call, path) &&
           send_all(call, question) && read_all(call, call->socket, ANSWER_MAX, answer);
}

/* NULL: libvirt may proceed. */
static char *
find_refusal(const GString *answer)
{
    if (!g_str_has_prefix(answer->str, REFUSAL) || !g_str_has_suffix(answer->str, "\n") ||
        strlen(answer->str) != answer->len)
        return NULL;
    return g_strchomp(g_strdup(answer->str + strlen(REFUSAL)));
}

int
firn_hook_libvirt(int argc, char **argv)
{
    Call call = {.socket = -1, .end_us = g_get_monotonic_time() + DEADLINE_US};
    /* The file is named by number, because a domain can have any name. */
    gboolean has_path = argc == 6 && g_str_has_prefix(argv[1], SOCKET_OPTION);
    const char *path = has_path ? argv[1] + strlen(SOCKET_OPTION) : SOCKET_PATH;
    g_autoptr(GString) answer = g_string_new(NULL);
    g_autofree char *refusal = NULL;
    const char *operation;

    /* Descriptors that libvirt left open must not stay open. */
    close_range(STDERR_FILENO + 1, ~0U, 0);
    if (argc != (has_path ? 6 : 5)) {
        fprintf(stderr, "firn: hook-libvirt is for libvirt's hook; see firnd(8)\n");
        return EXIT_ALLOWED;
    }
    operation = argv[has_path ? 3 : 2];
    if (ask(&call, path, operation, answer))
        refusal = find_refusal(answer);
    if (call.socket >= 0)
        close(call.socket);
    if (refusal == NULL || !g_strv_contains(refusable, operation))
        return EXIT_ALLOWED;
    fprintf(stderr, "%s\n", refusal);
    return EXIT_REFUSED;
}
