/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-port.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPORT_PATH  FIRN_RUN_DIR "/last.json"
#define REPORT_BYTES 262144
#define ID_BYTES     40

void
firn_host_port_init(FirnHostPort *self, const FirnPaths *paths, int port)
{
    *self = (FirnHostPort){.paths = paths, .port = port};
}

/* A host that goes away while it is answered gets the rest of the answer when it is back, and knows
 * by the id that it is an old one. */
static void
send_all(int port, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = write(port, bytes, length);

        if (sent < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (sent < 0)
            poll(NULL, 0, 100);
        else {
            bytes += sent;
            length -= (size_t)sent;
        }
    }
}

static void
answer(const FirnHostPort *self, const char *word, const char *id, size_t length)
{
    char line[64 + ID_BYTES];

    snprintf(line, sizeof line, "\n%s %s %zu\n", word, id, length);
    send_all(self->port, line, strlen(line));
}

static bool
write_request(const FirnHostPort *self, const char *text)
{
    char path[FIRN_PATH_BYTES];
    char fresh[FIRN_PATH_BYTES];
    size_t length = strlen(text);
    int file;
    bool ok;

    if (!firn_paths_join(self->paths, FIRN_REQUEST_PATH, path, sizeof path) ||
        !firn_paths_join(self->paths, FIRN_REQUEST_PATH ".new", fresh, sizeof fresh))
        return false;
    unlink(fresh);
    file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return false;
    ok = write(file, text, length) == (ssize_t)length;
    close(file);
    return ok && rename(fresh, path) == 0;
}

/* A word is a line of the request; the guard checks each. */
static void
take_request(const FirnHostPort *self, const char *id, char *words)
{
    for (char *at = words; *at != '\0'; at++)
        if (*at == ' ')
            *at = '\n';
    strcat(words, "\n");
    answer(self, write_request(self, words) ? "ok" : "failed", id, 0);
}

static void
send_report(const FirnHostPort *self, const char *id)
{
    static char text[REPORT_BYTES];
    char path[FIRN_PATH_BYTES];
    size_t length = 0;
    ssize_t got = 0;
    int file = firn_paths_join(self->paths, REPORT_PATH, path, sizeof path)
                   ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
                   : -1;

    while (file >= 0 && length < sizeof text &&
           (got = read(file, text + length, sizeof text - length)) > 0)
        length += (size_t)got;
    if (file >= 0)
        close(file);
    if (file < 0 || got < 0) {
        answer(self, "failed", id, 0);
        return;
    }
    answer(self, "report", id, length);
    send_all(self->port, text, length);
}

/* "request ID token=... deadman-sec=..." or "report ID" */
static void
take_line(FirnHostPort *self)
{
    char *verb = strtok(self->line, " ");
    char *id = verb == NULL ? NULL : strtok(NULL, " ");
    char *rest = id == NULL ? NULL : strtok(NULL, "");

    if (id == NULL || strlen(id) > ID_BYTES)
        return;
    if (strcmp(verb, "request") == 0 && rest != NULL)
        take_request(self, id, rest);
    else if (strcmp(verb, "report") == 0 && rest == NULL)
        send_report(self, id);
}

void
firn_host_port_take(FirnHostPort *self, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            self->line[self->length] = '\0';
            if (!self->is_too_long)
                take_line(self);
            self->length = 0;
            self->is_too_long = false;
        } else if (self->length < sizeof self->line - 2) {
            self->line[self->length++] = bytes[i];
        } else {
            self->is_too_long = true;
        }
    }
}
