/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-exec.h"

#include <string.h>

#include "channel-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 60000
#define PROGRAM     "C:\\Program Files\\firn\\firn-vss.exe"
#define OUTPUT_MAX  400000

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestFakeAgent *fake;
    FirnTestPeer *peer; /* (unowned) */
    FirnChannel *agent;
    int status;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    fixture->loop = firn_test_loop_thread_start();
    fixture->fake = firn_test_fake_agent_new(NULL, 2);
    fixture->peer = firn_test_fake_agent_get_peer(fixture->fake);
    firn_test_fake_agent_be_windows(fixture->fake);
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

static GBytes *
run_for(Fixture *fixture, guint deadline_ms, GCancellable *cancellable, GError **error)
{
    const char *const arguments[] = {"status", "--json", NULL};

    return firn_guest_exec_run(fixture->agent,
                               PROGRAM,
                               arguments,
                               OUTPUT_MAX,
                               deadline_ms,
                               cancellable,
                               &fixture->status,
                               error);
}

static void
assert_fails(Fixture *fixture, int code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) output = run_for(fixture, PATIENCE_MS, NULL, &error);

    g_assert_null(output);
    g_assert_error(error, FIRN_QMP_ERROR, code);
}

/* The output may be longer than any other text of an agent. */
static void
test_run(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = g_strnfill(300000, 'x');
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) output = NULL;

    firn_test_fake_agent_print(fixture->fake, "status", text);
    output = run_for(fixture, PATIENCE_MS, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(g_bytes_get_data(output, NULL), ==, text);
    g_assert_cmpuint(g_bytes_get_size(output), ==, 300000);
    g_assert_cmpint(fixture->status, ==, 0);
}

static void
test_takes_its_time(Fixture *fixture, gconstpointer data)
{
    const FirnTestStep running[] = {{.text = "{\"return\": {\"exited\": false}}\n"}, {0}};
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) output = NULL;

    firn_test_peer_when(fixture->peer, "guest-exec-status", 3, running);
    output = run_for(fixture, PATIENCE_MS, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "guest-exec-status"), ==, 4);
}

static void
test_fails(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) output = NULL;

    firn_test_answer(fixture->peer,
                     "guest-exec-status",
                     "{\"exited\": true, \"exitcode\": 3, \"err-data\": \"eA==\"}");
    output = run_for(fixture, PATIENCE_MS, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(output), ==, 0);
    g_assert_cmpint(fixture->status, ==, 3);
}

static void
test_missing(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_print(fixture->fake, "status", NULL);
    assert_fails(fixture, FIRN_QMP_ERROR_REFUSED);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "guest-exec-status"), ==, 0);
}

static void
test_frozen(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_set_frozen(fixture->fake, TRUE);
    assert_fails(fixture, FIRN_QMP_ERROR_BLOCKED);
}

static void
test_too_long(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = g_strnfill(OUTPUT_MAX + 1, 'x');

    firn_test_fake_agent_print(fixture->fake, "status", text);
    assert_fails(fixture, FIRN_QMP_ERROR_MALFORMED);
}

/* It is asked again and again, and then no more. */
static void
test_endless(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) output = NULL;

    firn_test_answer(fixture->peer, "guest-exec-status", "{\"exited\": false}");
    output = run_for(fixture, 200, NULL, &error);
    g_assert_null(output);
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
}

static gpointer
cancel_soon(gpointer data)
{
    Fixture *fixture = ((gpointer *)data)[0];

    g_assert_true(firn_test_peer_wait_count(fixture->peer, "guest-exec-status", 2, PATIENCE_MS));
    g_cancellable_cancel(((gpointer *)data)[1]);
    return NULL;
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    gpointer both[] = {fixture, cancellable};
    GThread *thread = g_thread_new("cancel", cancel_soon, both);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) output = NULL;

    firn_test_answer(fixture->peer, "guest-exec-status", "{\"exited\": false}");
    output = run_for(fixture, PATIENCE_MS, cancellable, &error);
    g_assert_null(output);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_thread_join(thread);
}

/* Nothing of these is taken for a program's output. */
static void
test_malformed(Fixture *fixture, gconstpointer data)
{
    const char *const *reply = data;

    firn_test_answer(fixture->peer, reply[0], reply[1]);
    assert_fails(fixture, FIRN_QMP_ERROR_MALFORMED);
}

static const char *const malformed[][3] = {
    {"guest-exec",        "5",                                    "no-object"    },
    {"guest-exec",        "{\"pid\": \"7\"}",                     "pid-as-text"  },
    {"guest-exec",        "{\"pid\": -1}",                        "pid-negative" },
    {"guest-exec-status", "[]",                                   "status-list"  },
    {"guest-exec-status", "{\"exited\": true, \"signal\": 9}",    "killed"       },
    {"guest-exec-status", "{\"exited\": true, \"exitcode\": -5}", "code-negative"},
    {"guest-exec-status",
     "{\"exited\": true, \"exitcode\": 0, \"out-data\": "
     "\"eA==\", \"out-truncated\": true}",                        "truncated"    },
};

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_autofree char *whole = g_strconcat("/guest-exec/", path, NULL);

    g_test_add(whole, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("run", NULL, test_run);
    add("takes-its-time", NULL, test_takes_its_time);
    add("fails", NULL, test_fails);
    add("missing", NULL, test_missing);
    add("frozen", NULL, test_frozen);
    add("too-long", NULL, test_too_long);
    add("endless", NULL, test_endless);
    add("cancelled", NULL, test_cancelled);
    for (guint i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autofree char *path = g_strconcat("malformed/", malformed[i][2], NULL);

        add(path, malformed[i], test_malformed);
    }
    return g_test_run();
}
