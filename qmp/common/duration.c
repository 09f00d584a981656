/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "duration.h"

#define SECOND G_GUINT64_CONSTANT(1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define MOST   (36500 * DAY)

static const struct {
    const char *word;
    guint64 us;
} units[] = {
    {"",    SECOND},
    {"us",  1     },
    {"ms",  1000  },
    {"s",   SECOND},
    {"sec", SECOND},
    {"m",   MINUTE},
    {"min", MINUTE},
    {"h",   HOUR  },
    {"d",   DAY   },
};

/* Accepts only digits and one decimal point: no sign, no exponent, no "inf". */
static gboolean
parse_number(const char *text, double *out_number, const char **out_end)
{
    gsize length = strspn(text, "0123456789.");
    g_autofree char *number = g_strndup(text, length);
    char *end;

    if (!g_ascii_isdigit(text[0]))
        return FALSE;
    *out_number = g_ascii_strtod(number, &end);
    *out_end = text + length;
    return *end == '\0';
}

gboolean
firn_duration_parse(const char *text, guint64 *out_us, GError **error)
{
    double number;
    const char *unit;

    if (parse_number(text, &number, &unit))
        for (guint i = 0; i < G_N_ELEMENTS(units); i++)
            if (g_str_equal(units[i].word, unit) && number * (double)units[i].us <= (double)MOST) {
                *out_us = (guint64)(number * (double)units[i].us + 0.5);
                return TRUE;
            }
    g_set_error(error,
                G_OPTION_ERROR,
                G_OPTION_ERROR_BAD_VALUE,
                "invalid duration \"%s\"; use seconds, or 500ms, 30s, 2m, 1h, 7d",
                text);
    return FALSE;
}

static char *
format_pair(guint64 big, const char *big_unit, guint64 small, const char *small_unit)
{
    if (small == 0)
        return g_strdup_printf("%" G_GUINT64_FORMAT " %s", big, big_unit);
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s %" G_GUINT64_FORMAT " %s",
                           big,
                           big_unit,
                           small,
                           small_unit);
}

char *
firn_duration_format(guint64 duration_us)
{
    if (duration_us < SECOND)
        return g_strdup_printf("%" G_GUINT64_FORMAT " ms", (duration_us + 500) / 1000);
    if (duration_us < MINUTE)
        return g_strdup_printf("%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT " s",
                               duration_us / SECOND,
                               duration_us % SECOND / (SECOND / 10));
    if (duration_us < HOUR)
        return format_pair(duration_us / MINUTE, "min", duration_us % MINUTE / SECOND, "s");
    if (duration_us < DAY)
        return format_pair(duration_us / HOUR, "h", duration_us % HOUR / MINUTE, "min");
    return format_pair(duration_us / DAY, "d", duration_us % DAY / HOUR, "h");
}

char *
firn_duration_unparse(guint64 duration_us)
{
    static const char *const words[] = {"us", "ms", "s", "m", "h", "d"};
    static const guint64 sizes[] = {1, 1000, SECOND, MINUTE, HOUR, DAY};
    guint unit = G_N_ELEMENTS(sizes) - 1;

    if (duration_us == 0)
        return g_strdup("0s");
    while (duration_us % sizes[unit] != 0)
        unit--;
    return g_strdup_printf("%" G_GUINT64_FORMAT "%s", duration_us / sizes[unit], words[unit]);
}
