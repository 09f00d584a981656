/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-enums.h"
#include "engine-error.h"
#include "enum-nick.h"
#include "evidence.h"
#include "snapshot.h"

static void
test_words(void)
{
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_QUIESCE, FIRN_QUIESCE_REQUIRE), ==, "require");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_QUIESCE, FIRN_QUIESCE_TRY), ==, "try");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_QUIESCE, FIRN_QUIESCE_NEVER), ==, "never");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_VERDICT, FIRN_VERDICT_CRASH), ==, "crash");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_VERDICT, FIRN_VERDICT_FILESYSTEM),
                    ==,
                    "filesystem");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_VERDICT, FIRN_VERDICT_APPLICATION),
                    ==,
                    "application");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_VERDICT, FIRN_VERDICT_MEMORY), ==, "memory");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_VERDICT, FIRN_VERDICT_OFFLINE), ==, "offline");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_SNAPSHOT_PHASE, FIRN_SNAPSHOT_PHASE_READY),
                    ==,
                    "ready");
    g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE),
                    ==,
                    "no-space");
}

static void
test_back(void)
{
    int value = -1;

    g_assert_true(firn_enum_from_nick(FIRN_TYPE_VERDICT, "memory", &value));
    g_assert_cmpint(value, ==, FIRN_VERDICT_MEMORY);
}

static void
test_unknown(void)
{
    int value = -1;

    g_assert_false(firn_enum_from_nick(FIRN_TYPE_VERDICT, "Memory", &value));
    g_assert_false(firn_enum_from_nick(FIRN_TYPE_VERDICT, "", &value));
    g_assert_cmpint(value, ==, -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/enum-nick/words", test_words);
    g_test_add_func("/snapshot-engine/enum-nick/back", test_back);
    g_test_add_func("/snapshot-engine/enum-nick/unknown-word", test_unknown);
    return g_test_run();
}
