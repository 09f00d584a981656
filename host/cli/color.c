/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "color.h"

#include <unistd.h>

static const char *const codes[] = {
    [FIRN_COLOR_NONE] = "",
    [FIRN_COLOR_GOOD] = "\033[32m",
    [FIRN_COLOR_CAUTION] = "\033[33m",
    [FIRN_COLOR_BAD] = "\033[31m",
    [FIRN_COLOR_STRONG] = "\033[1m",
    [FIRN_COLOR_FAINT] = "\033[2m",
};

gboolean
firn_color_is_wanted(const char *when, int fd)
{
    const char *no_colour = g_getenv("NO_COLOR");

    if (!g_str_equal(when, "auto"))
        return g_str_equal(when, "always");
    return isatty(fd) && (no_colour == NULL || *no_colour == '\0') &&
           g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

char *
firn_color(FirnColor paint, gboolean is_on, const char *text)
{
    if (!is_on || paint == FIRN_COLOR_NONE || *text == '\0')
        return g_strdup(text);
    return g_strconcat(codes[paint], text, "\033[0m", NULL);
}

FirnColor
firn_color_of_snapshot(const char *verdict, const char *phase)
{
    if (g_str_equal(phase, "foreign"))
        return FIRN_COLOR_FAINT;
    if (!g_str_equal(phase, "ready"))
        return FIRN_COLOR_BAD;
    return g_str_equal(verdict, "crash") ? FIRN_COLOR_CAUTION : FIRN_COLOR_GOOD;
}
