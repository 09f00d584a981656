/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "finding-words.h"

char *
firn_test_finding_words(const FirnFindings *findings)
{
    g_autoptr(GVariant) list = firn_findings_to_variant(findings);
    GString *text = g_string_new(NULL);
    GVariantIter iter;
    const char *word, *severity, *subject, *message, *remedy;

    g_variant_iter_init(&iter, list);
    while (
        g_variant_iter_next(&iter, "(&s&s&s&s&s)", &word, &severity, &subject, &message, &remedy))
        g_string_append_printf(text,
                               "%s %s %s: %s%s%s\n",
                               severity,
                               word,
                               subject,
                               message,
                               *remedy == '\0' ? "" : " -> ",
                               remedy);
    return g_string_free(text, FALSE);
}
