/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit-messages.h"

#include "firn-config.h"
#include "printable.h"

#ifdef HAVE_SYSTEMD
#include <string.h>
#include <systemd/sd-journal.h>

#define BYTES_MAX      4096
#define CHARACTERS_MAX 512
#define DEADLINE_US    (10 * G_TIME_SPAN_SECOND)
#define FIELD          "MESSAGE="

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sd_journal, sd_journal_close)

static gboolean
match(sd_journal *journal, const char *field, const char *unit)
{
    g_autofree char *text = g_strconcat(field, "=", unit, NULL);

    return sd_journal_add_match(journal, text, 0) >= 0;
}

static void
collect(sd_journal *journal, GString *text)
{
    const void *data = NULL;
    size_t length = 0;

    sd_journal_seek_head(journal);
    while (text->len < BYTES_MAX && sd_journal_next(journal) > 0) {
        if (sd_journal_get_data(journal, "MESSAGE", &data, &length) < 0 || length < strlen(FIELD))
            continue;
        if (text->len > 0)
            g_string_append_c(text, '\n');
        g_string_append_len(text,
                            (const char *)data + strlen(FIELD),
                            (gssize)(length - strlen(FIELD)));
    }
}

char *
firn_unit_messages_read(const char *unit)
{
    gint64 end_us = g_get_monotonic_time() + DEADLINE_US;
    g_autoptr(sd_journal) journal = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    gint64 left_us = DEADLINE_US;

    if (sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY) < 0 ||
        !match(journal, "_SYSTEMD_UNIT", unit) || sd_journal_add_disjunction(journal) < 0 ||
        !match(journal, "_SYSTEMD_USER_UNIT", unit))
        return g_strdup("");
    collect(journal, text);
    while (text->len == 0 && left_us > 0 && sd_journal_wait(journal, (guint64)left_us) >= 0) {
        collect(journal, text);
        left_us = end_us - g_get_monotonic_time();
    }
    return firn_printable_clip(text->str, CHARACTERS_MAX);
}

#else

char *
firn_unit_messages_read(const char *unit)
{
    return g_strdup("");
}

#endif
