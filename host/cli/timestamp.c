/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "timestamp.h"

#include <time.h>

#define YEAR_10000 G_GINT64_CONSTANT(253402300800)

static char *
format_exactly(gint64 seconds, gboolean is_utc)
{
    g_autoptr(GDateTime) moment =
        is_utc ? g_date_time_new_from_unix_utc(seconds) : g_date_time_new_from_unix_local(seconds);

    return moment == NULL ? g_strdup("-") : g_date_time_format(moment, "%Y-%m-%d %H:%M:%S %Z");
}

/* Not by GDateTime: it takes 15 ms for a list of ten thousand, this takes one. */
static char *
format_to_the_minute(gint64 seconds, gboolean is_utc)
{
    time_t moment = (time_t)seconds;
    struct tm fields;
    char text[32];

    if ((is_utc ? gmtime_r(&moment, &fields) : localtime_r(&moment, &fields)) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M", &fields) == 0)
        return g_strdup("-");
    return g_strdup(text);
}

char *
firn_timestamp_format(guint64 moment_us, gboolean is_utc, gboolean is_exact)
{
    gint64 seconds = (gint64)(moment_us / G_USEC_PER_SEC);

    if (moment_us == 0 || seconds >= YEAR_10000)
        return g_strdup("-");
    return is_exact ? format_exactly(seconds, is_utc) : format_to_the_minute(seconds, is_utc);
}
