/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-output.h"

#include <stdio.h>
#include <string.h>

#define DATA_WORD "FIRN-DATA "

/* A hook that says the same in each phase would make a report with the key twice, which is not JSON
 * for everybody. */
static void
drop_key(FirnHookOutput *self, const char *line)
{
    size_t key = strcspn(line, "=") + 1;
    char *at = self->data;

    while (*at != '\0') {
        size_t length = strcspn(at, "\n") + 1;

        if (strncmp(at, line, key) != 0) {
            at += length;
            continue;
        }
        self->data_bytes -= length;
        memmove(at, at + length, self->data_bytes - (size_t)(at - self->data) + 1);
    }
}

static void
add_data(FirnHookOutput *self, const char *line)
{
    size_t length = strlen(line);

    if (strchr(line, '=') == NULL || *line == '=')
        return;
    drop_key(self, line);
    if (self->data_bytes + length + 2 > sizeof self->data)
        return;
    memcpy(self->data + self->data_bytes, line, length);
    self->data_bytes += length;
    self->data[self->data_bytes++] = '\n';
    self->data[self->data_bytes] = '\0';
}

static void
end_line(FirnHookOutput *self)
{
    self->line[self->line_bytes] = '\0';
    self->line_bytes = 0;
    if (strncmp(self->line, DATA_WORD, strlen(DATA_WORD)) == 0)
        add_data(self, self->line + strlen(DATA_WORD));
    else if (strcmp(self->line, "FIRN-LEVEL flushed") == 0)
        self->is_flushed_only = true;
    else if (strcmp(self->line, "FIRN-LEVEL none") == 0)
        self->is_level_none = true;
    else if (strcmp(self->line, "READY") == 0)
        self->is_ready = true;
    else if (strcmp(self->line, "DONE") == 0)
        self->is_done = true;
    else if (*self->line != '\0')
        snprintf(self->message,
                 sizeof self->message,
                 "%.*s",
                 (int)sizeof self->message - 1,
                 self->line);
}

void
firn_hook_output_take(FirnHookOutput *self, const char *bytes, size_t count)
{
    const char *end = bytes + count;

    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        size_t length = (size_t)((newline != NULL ? newline : end) - bytes);
        size_t room = sizeof self->line - 1 - self->line_bytes;

        memcpy(self->line + self->line_bytes, bytes, length < room ? length : room);
        self->line_bytes += length < room ? length : room;
        bytes += length;
        if (newline == NULL)
            return;
        end_line(self);
        bytes++;
    }
}

void
firn_hook_output_end(FirnHookOutput *self)
{
    if (self->line_bytes > 0)
        end_line(self);
}
