/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "progress-text.h"

#include "duration.h"
#include "size-text.h"

/* An estimate in tenths of a second would suggest a precision that it does not have. */
static char *
left_text(guint64 left_us)
{
    guint64 seconds = (left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

    if (seconds < 60)
        return g_strdup_printf("%" G_GUINT64_FORMAT " s", seconds);
    return firn_duration_format(seconds * G_USEC_PER_SEC);
}

char *
firn_progress_text(guint64 done_bytes, guint64 total_bytes, guint64 left_us)
{
    g_autofree char *done = firn_size_text(done_bytes);
    g_autofree char *total = firn_size_text(total_bytes);
    g_autofree char *left = left_text(left_us);

    if (left_us == 0)
        return g_strdup_printf("%s of %s", done, total);
    return g_strdup_printf("%s of %s, %s left", done, total, left);
}

char *
firn_progress_text_of_job(FirnDBusJob *job)
{
    guint64 end_us = firn_dbus_job_get_bytes_expected_end(job);
    guint64 now_us = (guint64)g_get_real_time();

    if (firn_dbus_job_get_bytes_total(job) == 0)
        return NULL;
    return firn_progress_text(firn_dbus_job_get_bytes_done(job),
                              firn_dbus_job_get_bytes_total(job),
                              end_us > now_us ? end_us - now_us : 0);
}
