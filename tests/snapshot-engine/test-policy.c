/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy.h"

#include "engine-error.h"

static void
test_set(void)
{
    FirnPolicy policy = {3, FALSE};

    g_assert_true(firn_policy_set(&policy, "max-snapshots", "0", NULL));
    g_assert_cmpuint(policy.max_snapshots, ==, 0);
    g_assert_true(firn_policy_set(&policy, "max-snapshots", "65535", NULL));
    g_assert_cmpuint(policy.max_snapshots, ==, 65535);
    g_assert_true(firn_policy_set(&policy, "allow-memory", "yes", NULL));
    g_assert_true(policy.allow_memory);
    g_assert_true(firn_policy_set(&policy, "allow-memory", "no", NULL));
    g_assert_false(policy.allow_memory);
    g_assert_true(firn_policy_set(&policy, "drift-guard", "strict", NULL));
    g_assert_cmpint(policy.drift_guard, ==, FIRN_DRIFT_GUARD_STRICT);
    g_assert_true(firn_policy_set(&policy, "drift-guard", "off", NULL));
    g_assert_cmpint(policy.drift_guard, ==, FIRN_DRIFT_GUARD_OFF);
    g_assert_true(firn_policy_set(&policy, "drift-guard", "warn", NULL));
    g_assert_cmpint(policy.drift_guard, ==, FIRN_DRIFT_GUARD_WARN);
    g_assert_true(firn_policy_set(&policy, "pause-max", "2m", NULL));
    g_assert_cmpuint(policy.pause_max_us, ==, 120 * G_USEC_PER_SEC);
    g_assert_true(firn_policy_set(&policy, "pause-max", "0", NULL));
    g_assert_cmpuint(policy.pause_max_us, ==, 0);
}

static void
test_refused(void)
{
    static const char *const pairs[][2] = {
        {"max-snapshots",  ""                    },
        {"max-snapshots",  "-1"                  },
        {"max-snapshots",  "65536"               },
        {"max-snapshots",  "+3"                  },
        {"max-snapshots",  " 3"                  },
        {"max-snapshots",  "3 "                  },
        {"max-snapshots",  "0x3"                 },
        {"max-snapshots",  "three"               },
        {"max-snapshots",  "18446744073709551619"},
        {"allow-memory",   "maybe"               },
        {"allow-memory",   ""                    },
        {"allow-memory",   "YES"                 },
        {"drift-guard",    ""                    },
        {"drift-guard",    "yes"                 },
        {"drift-guard",    "Warn"                },
        {"pause-max",      ""                    },
        {"pause-max",      "-1s"                 },
        {"pause-max",      "unlimited"           },
        {"max_snapshots",  "3"                   },
        {"",               "3"                   },
        {"allow-memory\n", "yes"                 },
    };

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        FirnPolicy policy = {7, TRUE, FIRN_DRIFT_GUARD_STRICT, 9};
        g_autoptr(GError) error = NULL;

        g_assert_false(firn_policy_set(&policy, pairs[i][0], pairs[i][1], &error));
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
        g_assert_cmpuint(policy.max_snapshots, ==, 7);
        g_assert_true(policy.allow_memory);
        g_assert_cmpint(policy.drift_guard, ==, FIRN_DRIFT_GUARD_STRICT);
        g_assert_cmpuint(policy.pause_max_us, ==, 9);
    }
}

static void
test_defaults(void)
{
    FirnPolicy policy = {7, TRUE, FIRN_DRIFT_GUARD_STRICT, 9};

    firn_policy_init(&policy);
    g_assert_cmpuint(policy.max_snapshots, ==, 3);
    g_assert_false(policy.allow_memory);
    g_assert_cmpint(policy.drift_guard, ==, FIRN_DRIFT_GUARD_WARN);
    g_assert_cmpuint(policy.pause_max_us, ==, 0);
}

static void
test_check(void)
{
    FirnPolicy good = {FIRN_POLICY_MAX_SNAPSHOTS_LIMIT, FALSE};
    FirnPolicy bad = {FIRN_POLICY_MAX_SNAPSHOTS_LIMIT + 1, FALSE};
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_policy_check(&good, NULL));
    g_assert_false(firn_policy_check(&bad, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/policy/defaults", test_defaults);
    g_test_add_func("/snapshot-engine/policy/set/good", test_set);
    g_test_add_func("/snapshot-engine/policy/set/refused-leaves-it-alone", test_refused);
    g_test_add_func("/snapshot-engine/policy/check/range", test_check);
    return g_test_run();
}
