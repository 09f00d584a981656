/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard-settings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "key-value.h"
#include "trusted-open.h"

#define TEXT_BYTES 16384

static const char *const yes_or_no[] = {"no", "yes", NULL};

static bool
take_flag(const char *value, bool *out, FirnReason *reason)
{
    unsigned position = 0;
    bool is_known = firn_key_value_choice(value, yes_or_no, &position, reason);

    *out = position == 1;
    return is_known;
}

static bool
take(const char *key, const char *value, void *data, FirnReason *reason)
{
    FirnSettings *self = data;

    if (strcmp(key, "DeadmanSec") == 0)
        return firn_key_value_number(value, 5, 300, &self->deadman_s, reason);
    if (strcmp(key, "FreezeTotalSec") == 0)
        return firn_key_value_number(value, 1, 300, &self->freeze_total_s, reason);
    if (strcmp(key, "Strict") == 0)
        return take_flag(value, &self->is_strict, reason);
    if (strcmp(key, "CompatHooks") == 0)
        return take_flag(value, &self->with_compat, reason);
    if (strcmp(key, "CompatReverse") == 0)
        return take_flag(value, &self->is_compat_reversed, reason);
    return firn_reason_set(reason, "there is no setting %s", key);
}

bool
firn_read_text(int file, char *text, size_t room)
{
    size_t length = 0;
    ssize_t got;

    while ((got = read(file, text + length, room - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
    return got == 0 && length < room - 1 && strlen(text) == length;
}

bool
firn_settings_load(FirnSettings *out, const FirnPaths *paths, FirnReason *reason)
{
    char text[TEXT_BYTES];
    FirnReason inner = {""};
    bool is_well;
    int file;

    *out = (FirnSettings){.deadman_s = 30,
                          .freeze_total_s = 30,
                          .is_strict = true,
                          .with_compat = true};
    file = firn_trusted_open(paths, FIRN_SETTINGS_PATH, reason);
    if (file < 0)
        return errno == ENOENT;
    is_well = firn_read_text(file, text, sizeof text);
    close(file);
    if (!is_well)
        return firn_reason_set(reason, FIRN_SETTINGS_PATH " cannot be read, or is no text");
    if (!firn_key_value_read(text, take, out, &inner))
        return firn_reason_set(reason, FIRN_SETTINGS_PATH ": %.200s", inner.text);
    return true;
}
