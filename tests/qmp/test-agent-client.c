/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent-client.h"

#include "channel-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestFakeAgent *fake;
    FirnTestPeer *peer; /* (unowned) */
    const char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->fake = firn_test_fake_agent_new(NULL, 2);
    fixture->peer = firn_test_fake_agent_get_peer(fixture->fake);
    fixture->path = firn_test_peer_get_path(fixture->peer);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_free(fixture->fake);
    firn_test_loop_thread_stop(fixture->loop);
}

static FirnChannel *
open_agent(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    FirnChannel *agent = firn_test_open_agent(fixture->path, PATIENCE_MS, &error);

    g_assert_no_error(error);
    return agent;
}

static void
assert_ping(FirnChannel *agent)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-ping", NULL, PATIENCE_MS, NULL, &error);

    g_assert_no_error(error);
    g_assert_nonnull(reply);
}

static void
assert_fails(FirnChannel *agent, const char *command, guint deadline_ms, FirnQmpError code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_channel_call(agent, command, NULL, deadline_ms, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, (int)code);
}

static void
test_synchronises_first(Fixture *fixture, gconstpointer data)
{
    FirnChannel *agent = open_agent(fixture);
    g_autofree char *commands = NULL;

    assert_ping(agent);
    commands = firn_test_peer_dup_commands(fixture->peer);
    g_assert_cmpstr(commands, ==, "@connected guest-sync-delimited guest-ping");
    firn_test_close_channel(agent);
}

static void
test_passes_over_stale_bytes(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep stale[] = {
        {.text = "{\"return\": {\"left\": \"over\"}}\n{\"return\": 17}\n{\"half\": "},
        {.pass = TRUE},
        {0},
    };
    FirnChannel *agent;

    firn_test_peer_when(fixture->peer, "guest-sync-delimited", 1, stale);
    agent = open_agent(fixture);
    assert_ping(agent);
    firn_test_close_channel(agent);
}

/* Replies to other clients' sync commands are not replies to ours. */
static void
test_other_sync_ids(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep others[] = {
        {.text = "\xff{\"return\": 17}\n\xff{\"return\": -5}\n\xff{\"return\": 1.5}\n"
                 "\xff{\"return\": \"7\"}\n\xff{\"return\": null}\n\xff{\"error\": 1}\n"},
        {0},
    };
    g_autoptr(GError) error = NULL;

    firn_test_peer_when(fixture->peer, "guest-sync-delimited", 0, others);
    g_assert_null(firn_test_open_agent(fixture->path, 200, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
}

static void
test_passes_over_other_sync_ids(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep others[] = {
        {.text = "\xff{\"return\": 17}\n\xff{\"return\": 18}\n"},
        {.pass = TRUE},
        {0},
    };
    FirnChannel *agent;

    firn_test_peer_when(fixture->peer, "guest-sync-delimited", 1, others);
    agent = open_agent(fixture);
    assert_ping(agent);
    firn_test_close_channel(agent);
}

static void
answer_undelimited(FirnTestPeer *peer, JsonObject *request, gpointer data)
{
    g_autofree char *id = NULL;

    if (request == NULL)
        return;
    id = json_to_string(
        json_object_get_member(json_object_get_object_member(request, "arguments"), "id"),
        FALSE);
    firn_test_peer_reply(peer, request, "return", id);
}

/* Without the delimiter, the right id may be the end of another reply. */
static void
test_undelimited(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnTestPeer) peer = firn_test_peer_new(NULL, answer_undelimited, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_test_open_agent(firn_test_peer_get_path(peer), 200, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
}

static void
test_silent(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep silence[] = {{0}};
    g_autoptr(GError) error = NULL;

    firn_test_peer_when(fixture->peer, "guest-sync-delimited", 0, silence);
    g_assert_null(firn_test_open_agent(fixture->path, 100, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "guest-fsfreeze-freeze"), ==, 0);
}

/* The late reply to the first command must not be taken for the reply to the second. */
static void
test_resynchronises_after_deadline(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep late[] = {
        {.delay_ms = 300, .text = "{\"return\": 99}\n"},
        {0              }
    };
    FirnChannel *agent = open_agent(fixture);
    g_autoptr(JsonNode) reply = NULL;

    firn_test_peer_when(fixture->peer, "guest-ping", 1, late);
    assert_fails(agent, "guest-ping", 100, FIRN_QMP_ERROR_DEADLINE);
    reply = firn_channel_call(agent, "guest-fsfreeze-status", NULL, PATIENCE_MS, NULL, NULL);
    g_assert_cmpstr(json_node_get_string(reply), ==, "thawed");
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "guest-sync-delimited"), ==, 2);
    firn_test_close_channel(agent);
}

static void
test_resynchronises_after_noise(Fixture *fixture, gconstpointer data)
{
    FirnChannel *agent = open_agent(fixture);

    firn_test_peer_send(fixture->peer, "{\"return\": \"not requested\"}\n");
    for (guint i = 0; firn_test_peer_count(fixture->peer, "guest-sync-delimited") < 2; i++) {
        g_assert_cmpuint(i, <, 10000);
        assert_ping(agent);
    }
    firn_test_close_channel(agent);
}

static void
test_one_byte_at_a_time(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep slow[] = {
        {.text = "{\"return\": {}}\n", .byte_gap_ms = 2},
        {0                           }
    };
    FirnChannel *agent = open_agent(fixture);

    firn_test_peer_when(fixture->peer, "guest-ping", 1, slow);
    assert_ping(agent);
    firn_test_close_channel(agent);
}

static void
test_malformed_answer(Fixture *fixture, gconstpointer data)
{
    const FirnTestStep answer[] = {{.text = data}, {0}};
    FirnChannel *agent = open_agent(fixture);

    firn_test_peer_when(fixture->peer, "guest-ping", 1, answer);
    assert_fails(agent, "guest-ping", PATIENCE_MS, FIRN_QMP_ERROR_MALFORMED);
    assert_fails(agent, "guest-ping", PATIENCE_MS, FIRN_QMP_ERROR_CLOSED);
    firn_test_close_channel(agent);
}

static void
test_endless_answer(Fixture *fixture, gconstpointer data)
{
    g_autofree char *flood = g_strnfill(2 << 20, ' ');
    const FirnTestStep answer[] = {{.text = flood}, {0}};
    FirnChannel *agent = open_agent(fixture);

    firn_test_peer_when(fixture->peer, "guest-ping", 1, answer);
    assert_fails(agent, "guest-ping", PATIENCE_MS, FIRN_QMP_ERROR_MALFORMED);
    firn_test_close_channel(agent);
}

static void
test_peer_ends(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep end[] = {{.hang_up = TRUE}, {0}};
    FirnChannel *agent = open_agent(fixture);

    firn_test_peer_when(fixture->peer, "guest-ping", 1, end);
    assert_fails(agent, "guest-ping", 60000, FIRN_QMP_ERROR_CLOSED);
    firn_test_close_channel(agent);
}

static void
test_errors_by_class(Fixture *fixture, gconstpointer data)
{
    FirnChannel *agent = open_agent(fixture);

    firn_test_peer_fail(fixture->peer, "guest-fsfreeze-freeze", 1, "hook has failed");
    assert_fails(agent, "guest-fsfreeze-freeze", PATIENCE_MS, FIRN_QMP_ERROR_REFUSED);
    assert_fails(agent, "guest-no-such-thing", PATIENCE_MS, FIRN_QMP_ERROR_NO_COMMAND);
    assert_ping(agent);
    firn_test_close_channel(agent);
}

/* The failure is reported at once, not after the deadline. */
static void
test_no_sync(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_fake_agent_disable(fixture->fake, "guest-sync-delimited");
    g_assert_null(firn_test_open_agent(fixture->path, 600000, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_BLOCKED);
}

static gboolean
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep silence[] = {{0}};
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    FirnChannel *agent = open_agent(fixture);

    firn_test_peer_when(fixture->peer, "guest-ping", 1, silence);
    g_timeout_add(50, cancel, cancellable);
    g_assert_null(firn_channel_call(agent, "guest-ping", NULL, 60000, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    assert_ping(agent);
    firn_test_close_channel(agent);
}

static void
test_nobody_there(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_test_open_agent("/nonexistent/socket", 100, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer), gconstpointer data)
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/qmp/agent-client/open/synchronises-first", test_synchronises_first, NULL);
    add("/qmp/agent-client/open/passes-over-stale-bytes", test_passes_over_stale_bytes, NULL);
    add("/qmp/agent-client/open/other-sync-ids", test_other_sync_ids, NULL);
    add("/qmp/agent-client/open/passes-over-other-sync-ids", test_passes_over_other_sync_ids, NULL);
    add("/qmp/agent-client/open/undelimited-sync", test_undelimited, NULL);
    add("/qmp/agent-client/open/silent-guest", test_silent, NULL);
    add("/qmp/agent-client/open/sync-is-blocked", test_no_sync, NULL);
    add("/qmp/agent-client/open/nobody-there", test_nobody_there, NULL);
    add("/qmp/agent-client/call/resynchronises-after-deadline",
        test_resynchronises_after_deadline,
        NULL);
    add("/qmp/agent-client/call/resynchronises-after-noise", test_resynchronises_after_noise, NULL);
    add("/qmp/agent-client/call/one-byte-at-a-time", test_one_byte_at_a_time, NULL);
    add("/qmp/agent-client/call/malformed/no-json", test_malformed_answer, "yes\n");
    add("/qmp/agent-client/call/malformed/greeting", test_malformed_answer, "{\"QMP\":{}}\n");
    add("/qmp/agent-client/call/malformed/key-twice",
        test_malformed_answer,
        "{\"return\":1,\"return\":2}\n");
    add("/qmp/agent-client/call/endless-answer", test_endless_answer, NULL);
    add("/qmp/agent-client/call/peer-ends", test_peer_ends, NULL);
    add("/qmp/agent-client/call/errors-by-class", test_errors_by_class, NULL);
    add("/qmp/agent-client/call/cancelled", test_cancelled, NULL);
    return g_test_run();
}
