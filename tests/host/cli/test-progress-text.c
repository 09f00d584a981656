/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "progress-text.h"

#define MIB ((guint64)1024 * 1024)
#define S   ((guint64)G_USEC_PER_SEC)

static void
assert_text(guint64 left_us, const char *expected)
{
    g_autofree char *text = firn_progress_text(512 * MIB, 2048 * MIB, left_us);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_format(void)
{
    assert_text(0, "512.0 MiB of 2.0 GiB");
    assert_text(1, "512.0 MiB of 2.0 GiB, 1 s left");
    assert_text(11 * S + 200, "512.0 MiB of 2.0 GiB, 12 s left");
    assert_text(200 * S, "512.0 MiB of 2.0 GiB, 3 min 20 s left");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/transfer-text/format", test_format);
    return g_test_run();
}
