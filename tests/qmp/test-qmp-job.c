/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qmp-job.h"

#include "channel-rig.h"
#include "qmp-error.h"

typedef enum { CONCLUDES_FIRST, CONCLUDES_LATER, FAILS, IS_LOST, QEMU_ENDS } Story;

/* A QEMU with one job. */
typedef struct {
    FirnTestLoopThread *loop;
    FirnTestPeer *peer;
    FirnChannel *monitor;
    Story story;
    char *id; /* only the peer's thread touches it */
} Fixture;

static void
emit_status(Fixture *fixture, const char *id, const char *status)
{
    g_autofree char *event = g_strdup_printf("{\"event\": \"JOB_STATUS_CHANGE\", \"data\": "
                                             "{\"id\": \"%s\", \"status\": \"%s\"}}\n",
                                             id,
                                             status);

    firn_test_peer_send(fixture->peer, event);
}

static void
start_job(Fixture *fixture, JsonObject *request)
{
    JsonObject *arguments = json_object_get_object_member(request, "arguments");

    g_free(fixture->id);
    fixture->id = g_strdup(json_object_get_string_member(arguments, "job-id"));
    emit_status(fixture, fixture->id, "running");
    if (fixture->story == CONCLUDES_FIRST)
        emit_status(fixture, fixture->id, "concluded");
    firn_test_peer_reply(fixture->peer, request, "return", "{}");
    emit_status(fixture, "another-job", "concluded");
    if (fixture->story == QEMU_ENDS)
        firn_test_peer_hang_up(fixture->peer);
    else if (fixture->story != CONCLUDES_FIRST)
        emit_status(fixture, fixture->id, "concluded");
}

static void
list_jobs(Fixture *fixture, JsonObject *request)
{
    g_autofree char *jobs =
        g_strdup_printf("[{\"id\": \"other\", \"error\": \"not ours\"}, {\"id\": \"%s\"%s}]",
                        fixture->story == IS_LOST ? "another" : fixture->id,
                        fixture->story == FAILS ? ", \"error\": \"no space\"" : "");

    firn_test_peer_reply(fixture->peer, request, "return", jobs);
}

static void
on_request(FirnTestPeer *peer, JsonObject *request, gpointer data)
{
    Fixture *fixture = data;
    const char *command = request == NULL ? "" : json_object_get_string_member(request, "execute");

    if (request == NULL)
        firn_test_peer_send(peer, "{\"QMP\": {}}\n");
    else if (g_str_equal(command, "snapshot-delete"))
        start_job(fixture, request);
    else if (g_str_equal(command, "query-jobs"))
        list_jobs(fixture, request);
    else
        firn_test_peer_reply(peer, request, "return", "{}");
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    fixture->story = GPOINTER_TO_INT(data);
    fixture->loop = firn_test_loop_thread_start();
    fixture->peer = firn_test_peer_new(NULL, on_request, fixture);
    fixture->monitor = firn_test_open_monitor(firn_test_peer_get_path(fixture->peer), &error);
    g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_close_channel(fixture->monitor);
    firn_test_peer_free(fixture->peer);
    firn_test_loop_thread_stop(fixture->loop);
    g_free(fixture->id);
}

static gboolean
run(Fixture *fixture, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();

    json_object_set_string_member(arguments, "tag", "t");
    return firn_qmp_job_run(fixture->monitor, "snapshot-delete", arguments, error);
}

static void
test_succeeds(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    run(fixture, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "job-dismiss"), ==, 1);
}

static void
test_fails(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(run(fixture, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    g_assert_cmpstr(error->message, ==, "snapshot-delete: no space");
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "job-dismiss"), ==, 1);
}

static void
test_lost(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(run(fixture, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_qemu_ends(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(run(fixture, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_peer_fail(fixture->peer, "snapshot-delete", 1, "no such node");
    g_assert_false(run(fixture, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "query-jobs"), ==, 0);
}

static void
add(const char *path, Story story, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, GINT_TO_POINTER(story), set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/qmp/qmp-job/concludes-after-the-reply", CONCLUDES_LATER, test_succeeds);
    add("/qmp/qmp-job/concludes-before-the-reply", CONCLUDES_FIRST, test_succeeds);
    add("/qmp/qmp-job/fails-with-qemus-text", FAILS, test_fails);
    add("/qmp/qmp-job/does-not-start", CONCLUDES_LATER, test_refused);
    add("/qmp/qmp-job/is-lost", IS_LOST, test_lost);
    add("/qmp/qmp-job/qemu-ends-in-mid-job", QEMU_ENDS, test_qemu_ends);
    return g_test_run();
}
