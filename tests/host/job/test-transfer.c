/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer.h"

#define S ((gint64)G_USEC_PER_SEC)

static void
test_nothing_known(void)
{
    FirnTransfer transfer = {0};

    firn_transfer_move(&transfer, 10, 100, 5 * S);
    g_assert_cmpuint(transfer.done_bytes, ==, 10);
    g_assert_cmpuint(transfer.total_bytes, ==, 100);
    g_assert_cmpint(transfer.expected_end_us, ==, 0);
    firn_transfer_move(&transfer, 10, 100, 7 * S);
    g_assert_cmpint(transfer.expected_end_us, ==, 0);
}

/* A third of what is left in 3 s: the rest takes 6. */
static void
test_steady(void)
{
    FirnTransfer transfer = {0};

    firn_transfer_move(&transfer, 10, 100, 5 * S);
    firn_transfer_move(&transfer, 40, 100, 8 * S);
    g_assert_cmpint(transfer.expected_end_us, ==, 14 * S);
    firn_transfer_move(&transfer, 100, 100, 14 * S);
    g_assert_cmpint(transfer.expected_end_us, ==, 14 * S);
}

/* Progress never exceeds the total, and never runs backwards. */
static void
test_odd(void)
{
    FirnTransfer transfer = {0};

    firn_transfer_move(&transfer, 50, 100, 5 * S);
    firn_transfer_move(&transfer, 130, 100, 6 * S);
    g_assert_cmpuint(transfer.done_bytes, ==, 100);
    g_assert_cmpint(transfer.expected_end_us, ==, 6 * S);
    firn_transfer_move(&transfer, 20, 100, 7 * S);
    g_assert_cmpint(transfer.expected_end_us, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transfer/nothing-known", test_nothing_known);
    g_test_add_func("/transfer/steady", test_steady);
    g_test_add_func("/transfer/odd", test_odd);
    return g_test_run();
}
