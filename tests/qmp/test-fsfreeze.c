/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fsfreeze.h"

#include "channel-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

static void
assert_status(FirnTestAgentRig *fixture, gboolean expected)
{
    g_autoptr(GError) error = NULL;
    gboolean is_frozen = !expected;

    firn_fsfreeze_query(fixture->agent, PATIENCE_MS, NULL, &is_frozen, &error);
    g_assert_no_error(error);
    g_assert_cmpint(is_frozen, ==, expected);
}

static void
test_freezes(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    guint frozen = 0;

    assert_status(fixture, FALSE);
    firn_fsfreeze_freeze(fixture->agent, PATIENCE_MS, NULL, &frozen, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(frozen, ==, 2);
    assert_status(fixture, TRUE);
}

static void
test_frozen_already(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    guint frozen = 77;

    firn_test_fake_agent_set_frozen(fixture->fake, TRUE);
    g_assert_false(firn_fsfreeze_freeze(fixture->agent, PATIENCE_MS, NULL, &frozen, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_BLOCKED);
    g_assert_cmpuint(frozen, ==, 77);
}

static void
test_silent(FirnTestAgentRig *fixture, gconstpointer data)
{
    static const FirnTestStep silence[] = {{0}};
    g_autoptr(GError) error = NULL;
    guint frozen = 0;

    firn_test_peer_when(fixture->peer, "guest-fsfreeze-freeze", 1, silence);
    g_assert_false(firn_fsfreeze_freeze(fixture->agent, 50, NULL, &frozen, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
}

static void
test_impossible_count(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    guint frozen = 77;

    firn_test_answer(fixture->peer, "guest-fsfreeze-freeze", data);
    g_assert_false(firn_fsfreeze_freeze(fixture->agent, PATIENCE_MS, NULL, &frozen, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
    g_assert_cmpuint(frozen, ==, 77);
}

static void
test_impossible_status(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    gboolean is_frozen = FALSE;

    firn_test_answer(fixture->peer, "guest-fsfreeze-status", data);
    g_assert_false(firn_fsfreeze_query(fixture->agent, PATIENCE_MS, NULL, &is_frozen, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
add(const char *path, void (*test)(FirnTestAgentRig *, gconstpointer), gconstpointer data)
{
    g_test_add(path,
               FirnTestAgentRig,
               data,
               firn_test_agent_rig_set_up,
               test,
               firn_test_agent_rig_tear_down);
}

int
main(int argc, char **argv)
{
    static const char *const counts[] =
        {"-1", "10001", "1000000000", "18446744073709551615", "\"2\"", "2.0", "null", "[]", "true"};
    static const char *const states[] = {"\"melting\"", "\"FROZEN\"", "0", "null", "{}"};

    g_test_init(&argc, &argv, NULL);
    add("/qmp/fsfreeze/freeze/all-file-systems", test_freezes, NULL);
    add("/qmp/fsfreeze/freeze/frozen-already", test_frozen_already, NULL);
    add("/qmp/fsfreeze/freeze/silent-guest", test_silent, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autofree char *path = g_strconcat("/qmp/fsfreeze/freeze/refuses/", counts[i], NULL);

        add(path, test_impossible_count, counts[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autofree char *path = g_strconcat("/qmp/fsfreeze/status/refuses/", states[i], NULL);

        add(path, test_impossible_status, states[i]);
    }
    return g_test_run();
}
