/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fstrim.h"

#include "channel-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestFakeAgent *fake;
    FirnTestPeer *peer; /* (unowned) */
    FirnChannel *agent;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    fixture->loop = firn_test_loop_thread_start();
    fixture->fake = firn_test_fake_agent_new(NULL, 2);
    fixture->peer = firn_test_fake_agent_get_peer(fixture->fake);
    fixture->agent =
        firn_test_open_agent(firn_test_peer_get_path(fixture->peer), PATIENCE_MS, &error);
    g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_close_channel(fixture->agent);
    firn_test_fake_agent_free(fixture->fake);
    firn_test_loop_thread_stop(fixture->loop);
}

static FirnFstrim *
trim(Fixture *fixture, const char *answer, GError **error)
{
    g_autofree char *line = g_strdup_printf("{\"return\": %s}\n", answer);

    firn_test_peer_when(fixture->peer, "guest-fstrim", 1, (FirnTestStep[]){{.text = line}, {0}});
    return firn_fstrim_run(fixture->agent, PATIENCE_MS, NULL, error);
}

static void
test_adds_up(Fixture *fixture, gconstpointer data)
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
test_little_said(Fixture *fixture, gconstpointer data)
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
test_malformed(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(trim(fixture, "[]", &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/fstrim/adds-up", Fixture, NULL, set_up, test_adds_up, tear_down);
    g_test_add("/fstrim/little-said", Fixture, NULL, set_up, test_little_said, tear_down);
    g_test_add("/fstrim/malformed", Fixture, NULL, set_up, test_malformed, tear_down);
    return g_test_run();
}
