/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * control: does what the host asks for on the port firn.control, lines "TOKEN COMMAND". Each
 * command has a shell of its own, so that a stuck one blocks no other; its output comes in one
 * piece when it has ended, and then "firn-done STATUS TOKEN". A shell script that did the same
 * would start five more programs for each command, which an emulated processor takes long for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT          "/dev/virtio-ports/firn.control"
#define READY         "/run/ready"
#define LOOK_AGAIN_US 40000
#define LINE_BYTES    65536
#define TOKEN_BYTES   32

typedef struct Command {
    pid_t pid;
    int output; /* a file in RAM: disks may be frozen */
    char token[TOKEN_BYTES];
    struct Command *next;
} Command;

static int port;
static Command *commands;
static char line[LINE_BYTES];
static size_t line_bytes;

static void
die(const char *what)
{
    fprintf(stderr, "control: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Also without a client on the host: it waits for one. */
static void
write_all(const char *bytes, size_t left)
{
    struct pollfd writable = {.fd = port, .events = POLLOUT};
    ssize_t written;

    while (left > 0) {
        written = write(port, bytes, left);
        if (written < 0 && errno != EAGAIN && errno != EINTR)
            die(PORT);
        if (written > 0) {
            bytes += written;
            left -= (size_t)written;
        } else if (poll(&writable, 1, 1000) == 1 && (writable.revents & POLLHUP) != 0) {
            usleep(LOOK_AGAIN_US);
        }
    }
}

static void
answer(const Command *command, int status)
{
    off_t bytes = lseek(command->output, 0, SEEK_END);
    size_t room = (size_t)bytes + 2 * TOKEN_BYTES + sizeof "firn-done";
    char *text = malloc(room);
    ssize_t got = text == NULL ? -1 : pread(command->output, text, (size_t)bytes, 0);

    if (got < 0)
        die("output");
    got += snprintf(text + got, room - (size_t)got, "\nfirn-done %d %s\n", status, command->token);
    write_all(text, (size_t)got);
    free(text);
}

static void
run(char *text)
{
    char *words[] = {"sh", "-c", strchr(text, ' '), NULL};
    Command *command = calloc(1, sizeof *command);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;

    if (command == NULL || words[2] == NULL)
        die("command");
    *words[2]++ = '\0';
    snprintf(command->token, sizeof command->token, "%.*s", TOKEN_BYTES - 1, text);
    command->output = memfd_create("output", MFD_CLOEXEC);
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, command->output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, command->output, STDERR_FILENO);
    errno = posix_spawn(&command->pid, "/bin/sh", &actions, &attributes, words, environ);
    if (errno != 0)
        die("/bin/sh");
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    command->next = commands;
    commands = command;
}

static void
take_lines(void)
{
    ssize_t got = read(port, line + line_bytes, sizeof line - line_bytes - 1);
    char *end;

    if (got <= 0)
        return;
    line_bytes += (size_t)got;
    line[line_bytes] = '\0';
    while ((end = strchr(line, '\n')) != NULL) {
        *end = '\0';
        run(line);
        line_bytes -= (size_t)(end + 1 - line);
        memmove(line, end + 1, line_bytes + 1);
    }
}

static void
take_ends(int ends)
{
    struct signalfd_siginfo info;
    int status;
    pid_t pid;

    while (read(ends, &info, sizeof info) > 0)
        continue;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (Command **at = &commands; *at != NULL; at = &(*at)->next) {
            Command *command = *at;

            if (command->pid != pid)
                continue;
            answer(command, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
            *at = command->next;
            close(command->output);
            free(command);
            break;
        }
}

int
main(void)
{
    struct pollfd sources[2] = {{.events = POLLIN}, {.events = POLLIN}};
    sigset_t child;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    sources[1].fd = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
    while (access(READY, F_OK) != 0)
        usleep(LOOK_AGAIN_US);
    sources[0].fd = port = open(PORT, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (port < 0 || sources[1].fd < 0)
        die(PORT);
    for (;;) {
        poll(sources, 2, -1);
        take_lines();
        take_ends(sources[1].fd);
        /* No client is connected, and poll() returns at once each time. */
        if ((sources[0].revents & POLLHUP) != 0)
            usleep(LOOK_AGAIN_US);
    }
}
