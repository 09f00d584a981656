/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fstrim.h"

#include "channel-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

static FirnFstrim *
trim(FirnTestAgentRig *fixture, const char *answer, GError **error)
{
    g_autofree char *line = g_strdup_printf("{\"return\": %s}\n", answer);

    firn_test_peer_when(fixture->peer, "guest-fstrim", 1, (FirnTestStep[]){{.text = line}, {0}});
    return firn_fstrim_run(fixture->agent, PATIENCE_MS, NULL, error);
}

static void
test_adds_up(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnFstrim) trimmed =
        trim(fixture,
             "{\"paths\": [{\"path\": \"/\", \"trimmed\": 4096, \"minimum\": 0}, "
             "{\"path\": \"/boot\", \"error\": \"trim not supported\"}, "
             "{\"path\": \"/efi\", \"error\": \"another\"}, "
             "{\"path\": \"/srv\", \"trimmed\": 8192, \"minimum\": 0}]}",
             &error);

    g_assert_no_error(error);
    g_assert_cmpuint(trimmed->trimmed_bytes, ==, 12288);
    g_assert_cmpuint(trimmed->n_trimmed, ==, 2);
    g_assert_cmpuint(trimmed->n_failed, ==, 2);
    g_assert_cmpstr(trimmed->complaint, ==, "/boot: trim not supported");
}

/* As an agent before 2.4 answers, as one for Windows does, and as a liar. */
static void
test_little_said(FirnTestAgentRig *fixture, gconstpointer data)
{
    static const char *const answers[] = {
        "{}",
        "{\"paths\": [{\"path\": \"C:\\\\\"}, 7, {\"trimmed\": -1}]}",
        "{\"paths\": 7}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(FirnFstrim) trimmed = trim(fixture, answers[i], &error);

        g_assert_no_error(error);
        g_assert_cmpuint(trimmed->trimmed_bytes, ==, 0);
        g_assert_null(trimmed->complaint);
    }
}

static void
test_malformed(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(trim(fixture, "[]", &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/fstrim/adds-up",
               FirnTestAgentRig,
               NULL,
               firn_test_agent_rig_set_up,
               test_adds_up,
               firn_test_agent_rig_tear_down);
    g_test_add("/fstrim/little-said",
               FirnTestAgentRig,
               NULL,
               firn_test_agent_rig_set_up,
               test_little_said,
               firn_test_agent_rig_tear_down);
    g_test_add("/fstrim/malformed",
               FirnTestAgentRig,
               NULL,
               firn_test_agent_rig_set_up,
               test_malformed,
               firn_test_agent_rig_tear_down);
    return g_test_run();
}
