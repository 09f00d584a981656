/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blockers.h"

#include "engine-error.h"

static void
test_text(void)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autoptr(GError) error =
        g_error_new_literal(FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED, "100%s gone");
    g_autofree char *text = NULL;
    const FirnBlocker *first;

    firn_blockers_add(blockers, "NoSpace", "disk vdb", "free some", "%u bytes left", 7u);
    firn_blockers_add_error(blockers, "AgentDead", "guest agent", "start it", error);
    text = firn_blockers_to_text(blockers);
    g_assert_cmpstr(text,
                    ==,
                    "disk vdb: 7 bytes left; free some. guest agent: 100%s gone; start it");
    first = blockers->pdata[0];
    g_assert_cmpstr(first->code, ==, "NoSpace");
    g_assert_cmpstr(first->message, ==, "7 bytes left");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/blockers/text", test_text);
    return g_test_run();
}
