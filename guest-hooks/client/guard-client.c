/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard-client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "socket-address.h"
#include "waiter.h"

#define REACH_MS      2000
#define MARGIN_MS     1000
#define LOOK_AGAIN_MS 20

/* Nothing of this process stays open there: qemu-ga reads its output to the end. */
static void
start_guard(const char *program)
{
    char *const words[] = {(char *)program, NULL};
    char *const environment[] = {NULL};
    pid_t child = fork();
    int nothing;

    if (child > 0)
        waitpid(child, NULL, 0);
    if (child != 0)
        return;
    setsid();
    if (fork() != 0)
        _exit(0);
    nothing = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(nothing, fd);
    if (nothing > 2)
        close(nothing);
    execve(program, words, environment);
    _exit(127);
}

static int
try_connect(const struct sockaddr_un *address)
{
    int file = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error;

    if (file < 0 || connect(file, (const struct sockaddr *)address, sizeof *address) == 0)
        return file;
    error = errno;
    close(file);
    errno = error;
    return -1;
}

static int
connect_until(const FirnPaths *paths, const char *program, int64_t end_ms, FirnReason *reason)
{
    struct sockaddr_un address;
    int file;

    if (!firn_socket_address_fill(&address, paths)) {
        firn_reason_set(reason, FIRN_SOCKET_PATH ": path too long");
        return -1;
    }
    file = try_connect(&address);
    if (file < 0 && program != NULL && access("/run/systemd/system", F_OK) != 0)
        start_guard(program);
    while (file < 0 && firn_clock_ms() < end_ms) {
        poll(NULL, 0, LOOK_AGAIN_MS);
        file = try_connect(&address);
    }
    if (file < 0)
        firn_reason_set(reason, "cannot connect to firn-guard: %s", strerror(errno));
    return file;
}

static bool
receive(int file, int64_t end_ms, char *message, FirnReason *reason)
{
    struct pollfd source = {.fd = file, .events = POLLIN};
    int64_t left_ms = end_ms - firn_clock_ms();
    ssize_t got;

    if (left_ms <= 0 || poll(&source, 1, (int)left_ms) == 0)
        return firn_reason_set(reason, "firn-guard does not answer in time");
    got = recv(file, message, FIRN_MESSAGE_BYTES - 1, MSG_DONTWAIT);
    if (got <= 0)
        return firn_reason_set(reason, "firn-guard has closed the connection");
    message[got] = '\0';
    return true;
}

static bool
wait_result(int file, int64_t end_ms, FirnClientReply *out, FirnReason *reason)
{
    char message[FIRN_MESSAGE_BYTES];
    FirnReply reply;

    while (receive(file, end_ms, message, reason)) {
        if (!firn_reply_parse(message, &reply))
            return firn_reason_set(reason, "firn-guard says \"%.60s\"", message);
        if (reply.is_result) {
            out->status = reply.status;
            strcpy(out->text, reply.text);
            return true;
        }
        end_ms = firn_clock_ms() + reply.wait_ms + MARGIN_MS;
    }
    return false;
}

bool
firn_client_ask(const FirnPaths *paths,
                const char *verb,
                const char *program,
                FirnClientReply *out,
                FirnReason *reason)
{
    int64_t end_ms = firn_clock_ms() + REACH_MS;
    int file = connect_until(paths, program, end_ms, reason);
    bool is_answered;

    if (file < 0)
        return false;
    is_answered = send(file, verb, strlen(verb), MSG_NOSIGNAL) == (ssize_t)strlen(verb) &&
                  wait_result(file, end_ms, out, reason);
    close(file);
    return is_answered;
}
