/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* How long a test waits for what has to happen: only a test that fails takes so long, so that none
 * fails because others keep the machine busy. */
#define FIRN_TEST_PATIENCE_S 300

/**
 * firn_test_give_up_us:
 *
 * Returns: when a test that begins to wait now gives up; monotonic, in microseconds
 */
static inline gint64
firn_test_give_up_us(void)
{
    return g_get_monotonic_time() + FIRN_TEST_PATIENCE_S * G_USEC_PER_SEC;
}
