/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "fuzz.h"
#include "intent.h"

#define ID "6f1f6b0a-90ad-4f1e-9a57-1f0e6b1c2d3e"

/* What was read is written, and reading that gives the same. */
void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autofree char *first = NULL, *second = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnIntent) intent = firn_intent_parse(text, length, ID, &error);
    g_autoptr(FirnIntent) again = NULL;

    if (intent == NULL) {
        g_assert_nonnull(error);
        return;
    }
    first = firn_intent_to_text(intent);
    again = firn_intent_parse(first, strlen(first), ID, &error);
    g_assert_no_error(error);
    second = firn_intent_to_text(again);
    g_assert_cmpstr(first, ==, second);
}
