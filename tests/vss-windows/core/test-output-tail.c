/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-tail.h"

#include <glib.h>

static void
test_short(void)
{
    FirnOutputTail tail = {0};

    firn_output_tail_append(&tail, "one ", 4);
    firn_output_tail_append(&tail, "", 0);
    firn_output_tail_append(&tail, "two", 3);
    g_assert_cmpmem(tail.bytes, tail.length, "one two", 7);
    g_assert_false(tail.is_cut);
}

/* In pieces of every length up to more than there is room for, the end is the same. */
static void
test_pieces(void)
{
    g_autofree char *all = g_malloc(3 * FIRN_OUTPUT_TAIL_SIZE);
    g_autofree FirnOutputTail *tail = g_new(FirnOutputTail, 1);
    size_t size = 3 * FIRN_OUTPUT_TAIL_SIZE;

    for (size_t i = 0; i < size; i++)
        all[i] = (char)(i * 31 / 7);
    for (size_t piece = 1; piece < size; piece = piece * 3 + 1) {
        memset(tail, 0, sizeof *tail);
        for (size_t i = 0; i < size; i += piece)
            firn_output_tail_append(tail, all + i, MIN(piece, size - i));
        g_assert_true(tail->is_cut);
        g_assert_cmpmem(tail->bytes,
                        tail->length,
                        all + size - FIRN_OUTPUT_TAIL_SIZE,
                        FIRN_OUTPUT_TAIL_SIZE);
    }
}

static void
test_exactly_full(void)
{
    g_autofree FirnOutputTail *tail = g_new0(FirnOutputTail, 1);
    char bytes[FIRN_OUTPUT_TAIL_SIZE] = {0};

    firn_output_tail_append(tail, bytes, sizeof bytes);
    g_assert_false(tail->is_cut);
    firn_output_tail_append(tail, bytes, 1);
    g_assert_true(tail->is_cut);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/output-tail/short", test_short);
    g_test_add_func("/vss-windows/output-tail/pieces", test_pieces);
    g_test_add_func("/vss-windows/output-tail/exactly-full", test_exactly_full);
    return g_test_run();
}
