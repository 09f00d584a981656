/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "own-settings.h"

#include <stdio.h>
#include <string.h>

#define VARIABLE   "FIRN_SET_"
#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

static bool
is_name(const char *name)
{
    return *name != '\0' && strlen(name) <= 32 && strspn(name, NAME_CHARS) == strlen(name);
}

/* Where its variable begins, or where the next one would. */
static size_t
find_variable(const FirnOwnSettings *self, const char *name)
{
    size_t at = 0;

    while (at < self->length) {
        const char *own = self->text + at + strlen(VARIABLE);

        if (strncmp(own, name, strlen(name)) == 0 && own[strlen(name)] == '=')
            return at;
        at += strlen(self->text + at) + 1;
    }
    return at;
}

static void
drop_variable(FirnOwnSettings *self, const char *name)
{
    size_t at = find_variable(self, name);
    size_t next;

    if (at == self->length)
        return;
    next = at + strlen(self->text + at) + 1;
    memmove(self->text + at, self->text + next, self->length - next + 1);
    self->length -= next - at;
    self->count--;
}

bool
firn_own_settings_set(FirnOwnSettings *self,
                      const char *name,
                      const char *value,
                      FirnReason *reason)
{
    size_t room;
    size_t length;

    if (!is_name(name))
        return firn_reason_set(reason, "\"%.60s\" is no name in capital letters", name);
    drop_variable(self, name);
    if (*value == '\0')
        return true;
    /* Its NUL, and the "" at the end. */
    length = strlen(VARIABLE) + strlen(name) + 1 + strlen(value) + 1;
    room = sizeof self->text - self->length;
    if (length + 1 > room || self->count == FIRN_OWN_SETTINGS_MAX)
        return firn_reason_set(reason, "there is no room for Set.%s", name);
    snprintf(self->text + self->length, room, VARIABLE "%s=%s", name, value);
    self->length += length;
    self->text[self->length] = '\0';
    self->count++;
    return true;
}

bool
firn_own_settings_has(const FirnOwnSettings *self, const char *name)
{
    return find_variable(self, name) < self->length;
}
