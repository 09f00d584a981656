/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard-server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "socket-address.h"

#define REQUEST_MS    200
#define REQUEST_BYTES 32
#define BACKLOG       16
#define LINE_BYTES    512
#define SHORT_REASON  30
#define LONG_REASON   200

static void
send_wait(int socket, unsigned wait_ms)
{
    firn_reply_send(socket, &(FirnReply){.wait_ms = wait_ms});
}

static bool
send_result(int socket, unsigned status, const char *text)
{
    return firn_reply_send(socket, &(FirnReply){.is_result = true, .status = status, .text = text});
}

/* At most LINE_BYTES, whatever has to be escaped. */
static bool
send_failure(int socket, const FirnFailure *failure)
{
    char *line = NULL;
    size_t length = LINE_BYTES + 1;
    bool is_sent;

    for (size_t most = LONG_REASON; length > LINE_BYTES && most > 0;
         most = most == LONG_REASON ? SHORT_REASON : 0) {
        FILE *out;

        free(line);
        line = NULL;
        out = open_memstream(&line, &length);
        if (out == NULL)
            break;
        firn_failure_write(out, failure, most);
        fclose(out);
    }
    is_sent = send_result(socket, failure->code, line == NULL ? "" : line);
    free(line);
    return is_sent;
}

static void
send_busy(int socket, const char *reason)
{
    FirnFailure failure = {.code = FIRN_EXIT_BUSY, .phase = ""};

    firn_reason_set(&failure.reason, "%s", reason);
    send_failure(socket, &failure);
}

static void
send_status(FirnServer *self, int socket)
{
    char text[128];

    snprintf(text,
             sizeof text,
             "{\"state\": \"%s\", \"busy\": %s, \"deadman_s\": %u}",
             firn_guard_get_state(self->guard),
             self->is_busy ? "true" : "false",
             self->guard->request.deadman_s);
    send_result(socket, FIRN_EXIT_OK, text);
}

static bool
is_allowed(const FirnServer *self, int socket)
{
    struct ucred peer;
    socklen_t length = sizeof peer;

    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
           peer.uid == self->guard->paths.owner;
}

static bool
receive(int socket, FirnVerb *out)
{
    char word[REQUEST_BYTES];
    struct pollfd source = {.fd = socket, .events = POLLIN};
    ssize_t got;

    if (poll(&source, 1, REQUEST_MS) != 1)
        return false;
    got = recv(socket, word, sizeof word - 1, MSG_DONTWAIT);
    if (got <= 0)
        return false;
    word[got] = '\0';
    return firn_verb_parse(word, out);
}

/* Returns whether the connection is to be kept. */
static bool
take_request(FirnServer *self, int socket, FirnVerb verb)
{
    bool is_release = verb == FIRN_VERB_THAW || verb == FIRN_VERB_ABORT;

    if (verb == FIRN_VERB_STATUS) {
        send_status(self, socket);
        return false;
    }
    if (self->n_clients == FIRN_SERVER_QUEUE_MAX ||
        (!is_release && (self->is_busy || self->n_clients > 0))) {
        send_busy(socket, "another request is being served");
        return false;
    }
    if (self->is_busy)
        self->guard->waiter.is_cancelled = true;
    send_wait(socket, firn_guard_get_limit_ms(self->guard, verb));
    self->clients[self->n_clients].socket = socket;
    self->clients[self->n_clients++].verb = verb;
    return true;
}

static void
on_client(void *data)
{
    FirnServer *self = data;
    int socket = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    FirnVerb verb;

    if (socket >= 0 &&
        !(is_allowed(self, socket) && receive(socket, &verb) && take_request(self, socket, verb)))
        close(socket);
}

/* For freeze and prepare. */
static void
serve_start(FirnServer *self, int socket, FirnVerb verb)
{
    FirnGuard *guard = self->guard;
    bool is_told;

    if (guard->window == FIRN_WINDOW_FROZEN) {
        send_busy(socket, "the last freeze was not followed by a thaw");
        return;
    }
    guard->waiter.is_cancelled = guard->waiter.is_ending;
    guard->waiter.client = socket;
    if (firn_guard_load(guard, verb)) {
        send_wait(socket, firn_guard_get_limit_ms(guard, verb));
        firn_guard_run(guard, verb);
    }
    guard->waiter.client = -1;
    is_told = guard->failure.code == 0 ? send_result(socket, FIRN_EXIT_OK, "")
                                       : send_failure(socket, &guard->failure);
    if (!is_told && guard->window == FIRN_WINDOW_FROZEN)
        firn_guard_undo_freeze(guard);
}

static void
serve(FirnServer *self, int socket, FirnVerb verb)
{
    if (verb == FIRN_VERB_FREEZE || verb == FIRN_VERB_PREPARE) {
        serve_start(self, socket, verb);
        return;
    }
    firn_guard_run(self->guard, verb);
    send_result(socket, FIRN_EXIT_OK, "");
}

static void
serve_next(FirnServer *self)
{
    int socket = self->clients[0].socket;
    FirnVerb verb = self->clients[0].verb;

    self->n_clients--;
    memmove(self->clients, self->clients + 1, self->n_clients * sizeof *self->clients);
    serve(self, socket, verb);
    close(socket);
}

void
firn_server_run(FirnServer *self)
{
    FirnWaiter *waiter = &self->guard->waiter;

    while (!waiter->is_ending) {
        int64_t next_ms;

        self->is_busy = true;
        next_ms = firn_guard_check(self->guard);
        if (self->n_clients > 0) {
            serve_next(self);
            continue;
        }
        self->is_busy = false;
        firn_waiter_wait(waiter,
                         self->guard->window == FIRN_WINDOW_FROZEN
                             ? firn_deadman_get_timer(self->guard->deadman)
                             : -1,
                         next_ms);
    }
}

static bool
lock(const FirnPaths *paths, FirnReason *reason)
{
    char path[FIRN_PATH_BYTES];
    int file = firn_paths_join(paths, FIRN_LOCK_PATH, path, sizeof path)
                   ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)
                   : -1;

    /* It is open for as long as this process runs. */
    if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (file >= 0)
        close(file);
    return firn_reason_set(reason, FIRN_LOCK_PATH ": %s", strerror(errno));
}

bool
firn_server_open(FirnServer *self, FirnGuard *guard, FirnReason *reason)
{
    struct sockaddr_un address;

    *self = (FirnServer){.guard = guard, .listener = -1};
    if (!lock(&guard->paths, reason))
        return false;
    if (!firn_socket_address_fill(&address, &guard->paths))
        return firn_reason_set(reason, FIRN_SOCKET_PATH ": path too long");
    self->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(address.sun_path);
    if (self->listener < 0 ||
        bind(self->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(self->listener, BACKLOG) != 0)
        return firn_reason_set(reason, FIRN_SOCKET_PATH ": %s", strerror(errno));
    guard->waiter.listener = self->listener;
    guard->waiter.on_client = on_client;
    guard->waiter.data = self;
    return true;
}

void
firn_server_close(FirnServer *self)
{
    self->guard->waiter.listener = -1;
    for (unsigned i = 0; i < self->n_clients; i++)
        close(self->clients[i].socket);
    if (self->listener >= 0)
        close(self->listener);
}
