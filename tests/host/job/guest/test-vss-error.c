/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-error.h"

typedef struct {
    guint32 code;
    const char *word;
    gboolean may_pass;
} Row;

/* Each number that there is something to do about, and one that is not known. */
static const Row rows[] = {
    {0x80042301, "vss-failed",       FALSE},
    {0x80042306, "vss-provider",     FALSE},
    {0x80042308, "vss-volume",       FALSE},
    {0x8004230c, "vss-volume",       FALSE},
    {0x8004230e, "vss-volume",       FALSE},
    {0x8004230f, "vss-provider",     FALSE},
    {0x80042313, "vss-transient",    TRUE },
    {0x80042314, "vss-transient",    TRUE },
    {0x80042316, "vss-busy",         TRUE },
    {0x80042317, "vss-storage",      FALSE},
    {0x80042318, "vss-failed",       FALSE},
    {0x80042319, "vss-failed",       FALSE},
    {0x8004231f, "vss-storage",      FALSE},
    {0x800423f0, "vss-writer",       FALSE},
    {0x800423f1, "vss-transient",    TRUE },
    {0x800423f2, "vss-transient",    TRUE },
    {0x800423f3, "vss-transient",    TRUE },
    {0x800423f4, "vss-writer",       FALSE},
    {0x80042409, "vss-writer",       FALSE},
    {0x80070005, "guest-permission", FALSE},
    {0x80049999, "vss-failed",       FALSE},
};

static void
test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *complaint =
        g_strdup_printf("failed to start snapshot set: unknown Windows error 0x%x", row->code);
    FirnFreezeHint hint = firn_freeze_hint_of(complaint);

    g_assert_cmpint(hint, ==, firn_vss_error_of(row->code));
    g_assert_cmpstr(firn_freeze_hint_word(hint), ==, row->word);
    g_assert_cmpint(firn_freeze_hint_may_pass(hint), ==, row->may_pass);
    g_assert_cmpstr(firn_freeze_hint_remedy(hint), !=, "");
}

typedef struct {
    const char *name;
    const char *complaint;
    guint32 code; /* 0: none is found */
} Complaint;

static const Complaint complaints[] = {
    {"new",       "failed to add C:: unknown Windows error 0x80042308",             0x80042308},
    {"capitals",  "failed to start snapshot set: error 0x8004231F",                 0x8004231f},
    {"old",       "failed to start snapshot set:  (error: 80042316)",               0x80042316},
    {"second",    "pointer 0x10, error 0x80042316",                                 0x80042316},
    {"none",      "failed to start snapshot set: ",                                 0         },
    {"success",   "unknown Windows error 0x0004230a",                               0         },
    {"too-long",  "unknown Windows error 0x800423160",                              0         },
    {"too-short", "unknown Windows error 0x8004231",                                0         },
    {"volume",    "failed to add \\\\?\\Volume{80042316-0000}\\ to snapshot set: ", 0         },
    {"cut-off",   "unknown Windows error 0x",                                       0         },
    {"space",     "unknown Windows error 0x -8004231",                              0         },
};

static void
test_complaint(gconstpointer data)
{
    const Complaint *complaint = data;
    guint32 code = 0;

    g_assert_cmpint(firn_vss_error_find(complaint->complaint, &code), ==, complaint->code != 0);
    g_assert_cmphex(code, ==, complaint->code);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/job/vss-error/0x%08x", rows[i].code);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    for (guint i = 0; i < G_N_ELEMENTS(complaints); i++) {
        g_autofree char *path = g_strconcat("/job/vss-error/find/", complaints[i].name, NULL);

        g_test_add_data_func(path, &complaints[i], test_complaint);
    }
    return g_test_run();
}
