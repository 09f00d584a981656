/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-timeline.h"

#include "json-output.h"
#include "printable.h"
#include "timestamp.h"

/* Parsed JSON has 64-bit signed numbers. */
static gint64
get_number(GVariant *evidence, const char *key)
{
    gint64 number = 0;

    g_variant_lookup(evidence, key, "x", &number);
    return number;
}

static void add_step(GString *view, GVariant *evidence, const char *key, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static void
add_step(GString *view, GVariant *evidence, const char *key, const char *format, ...)
{
    gint64 begin_us = get_number(evidence, "freeze_sent_us");
    gint64 step_us = get_number(evidence, key);
    va_list arguments;

    if (step_us == 0)
        return;
    g_string_append_printf(view,
                           "  %+8" G_GINT64_FORMAT " ms  ",
                           (step_us - begin_us + 500) / 1000);
    va_start(arguments, format);
    g_string_append_vprintf(view, format, arguments);
    va_end(arguments);
    g_string_append_c(view, '\n');
}

static void
add_complaint(GString *view, GVariant *evidence, const char *key, const char *label)
{
    const char *text;
    g_autofree char *printable = NULL;

    if (!g_variant_lookup(evidence, key, "&s", &text))
        return;
    printable = firn_printable_clip(text, FIRN_PRINTABLE_SENTENCES);
    g_string_append_printf(view, "  %s: %s\n", label, printable);
}

static void
add_interruptions(GString *view, GVariant *evidence)
{
    g_auto(GStrv) words = firn_json_dup_strings(evidence, "interruptions");

    for (GStrv word = words; *word != NULL; word++) {
        g_autofree char *printable = firn_printable_clip(*word, FIRN_PRINTABLE_SENTENCES);

        g_string_append_printf(view, "  interrupted by %s\n", printable);
    }
}

/* What the guest wrote during the cut is on some disks and not on others. */
static void
add_distance(GString *view, GVariant *evidence)
{
    g_auto(GStrv) words = firn_json_dup_strings(evidence, "indications");

    if (g_strv_contains((const char *const *)words, "InstantsApart"))
        g_string_append_printf(
            view,
            "  disks cut one after another, within %" G_GINT64_FORMAT " ms\n",
            (get_number(evidence, "cut_end_us") - get_number(evidence, "cut_begin_us") + 999) /
                1000);
}

char *
firn_freeze_timeline_format(GVariant *evidence, gboolean is_utc)
{
    GString *view = g_string_new(NULL);
    gint64 begin_us = get_number(evidence, "freeze_sent_us");
    g_autofree char *begin = firn_timestamp_format((guint64)begin_us, is_utc, TRUE);

    if (begin_us != 0) {
        add_step(view, evidence, "freeze_sent_us", "freeze sent, %s", begin);
        add_step(view,
                 evidence,
                 "frozen_us",
                 "frozen: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " file systems",
                 get_number(evidence, "frozen"),
                 get_number(evidence, "expected"));
        add_step(view, evidence, "cut_begin_us", "cut begins");
        add_step(view, evidence, "cut_end_us", "cut ends");
        add_step(view, evidence, "thaw_sent_us", "thaw sent");
        add_step(view,
                 evidence,
                 "thawed_us",
                 "thawed: %" G_GINT64_FORMAT " file systems",
                 get_number(evidence, "thawed"));
    }
    add_distance(view, evidence);
    add_complaint(view, evidence, "freeze_error", "freeze failed");
    add_complaint(view, evidence, "thaw_error", "thaw error");
    add_interruptions(view, evidence);
    return g_string_free(view, FALSE);
}
