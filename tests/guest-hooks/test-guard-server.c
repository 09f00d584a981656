/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard-server.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake-thawer.h"
#include "guard-client.h"
#include "socket-address.h"

#define HOLD "echo lock >> log; echo READY; read -r w; echo $w >> log; echo DONE"
/* Until the test writes the file "go". */
#define WAIT "echo $1 >> log; [ $1 != freeze ] || until [ -e go ]; do sleep 0.02; done"

static FirnThawer thawer;
static FirnGuard guard;
static FirnServer server;
static GThread *thread;

static gpointer
run_server(gpointer data)
{
    firn_server_run(&server);
    firn_server_close(&server);
    firn_guard_clear(&guard);
    return NULL;
}

/* All threads block the signals that the server takes. */
static void
set_up(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_set_up(rig, data);
    firn_test_fake_thawer_init(rig, &thawer);
    if (!firn_guard_init(&guard, &rig->paths, &thawer, &rig->reason) ||
        !firn_server_open(&server, &guard, &rig->reason))
        g_error("%s", rig->reason.text);
    thread = g_thread_new("server", run_server, NULL);
}

static void
stop_server(void)
{
    if (thread == NULL)
        return;
    g_assert_no_errno(kill(getpid(), SIGTERM));
    g_thread_join(g_steal_pointer(&thread));
}

static void
tear_down(FirnTestHookRig *rig, gconstpointer data)
{
    stop_server();
    firn_test_fake_thawer_clear(&thawer);
    firn_test_hook_rig_tear_down(rig, data);
}

static void
freeze_disks(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(firn_test_disks); i++)
        g_atomic_int_set(&firn_test_disks[i].is_frozen, TRUE);
}

static void
assert_answer(FirnTestHookRig *rig, const char *verb, unsigned status, const char *in_text)
{
    g_autofree FirnClientReply *reply = g_new0(FirnClientReply, 1);
    FirnReason reason = {""};

    if (!firn_client_ask(&rig->paths, verb, NULL, reply, &reason))
        g_error("%s: %s", verb, reason.text);
    if (reply->status != status)
        g_error("%s: %u, not %u: %s", verb, reply->status, status, reply->text);
    firn_test_assert_in(reply->text, in_text);
}

static void
assert_log(FirnTestHookRig *rig, const char *expected)
{
    g_autofree char *log = firn_test_hook_rig_read(rig, "/log");

    g_strdelimit(g_strchomp(log), "\n", ' ');
    g_assert_cmpstr(log, ==, expected);
}

static void
wait_log(FirnTestHookRig *rig, const char *part)
{
    gint64 end_us = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
    g_autofree char *log = NULL;

    while (log == NULL || strstr(log, part) == NULL) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_free(log);
        log = firn_test_hook_rig_read(rig, "/log");
        g_usleep(2000);
    }
}

/* A connection on which a request was sent, and nothing is read. */
static int
send_only(FirnTestHookRig *rig, const char *request)
{
    struct sockaddr_un address;
    int file = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    g_assert_true(firn_socket_address_fill(&address, &rig->paths));
    g_assert_no_errno(connect(file, (struct sockaddr *)&address, sizeof address));
    g_assert_cmpint(send(file, request, strlen(request), 0), ==, (gssize)strlen(request));
    return file;
}

static void
test_freeze_and_thaw(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, "Mode=session\n");
    assert_answer(rig, "status", FIRN_EXIT_OK, "\"state\": \"idle\", \"busy\": false");
    assert_answer(rig, "freeze", FIRN_EXIT_OK, "");
    assert_answer(rig, "status", FIRN_EXIT_OK, "\"state\": \"frozen\", \"busy\": false");
    assert_answer(rig, "thaw", FIRN_EXIT_OK, "");
    assert_answer(rig, "status", FIRN_EXIT_OK, "\"state\": \"idle\"");
    assert_log(rig, "lock THAW");
    assert_answer(rig, "thaw", FIRN_EXIT_OK, "");
}

static void
test_failure(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", "echo no space; exit 3", NULL);
    assert_answer(rig,
                  "freeze",
                  FIRN_EXIT_HOOK_FAILED,
                  "{\"code\": 11, \"reason\": \"hook-failed\", \"hook\": \"10-a\", "
                  "\"phase\": \"prepare\", \"message\": \"exit status 3: no space\"}");
}

/* qemu-ga passes the line on, so it is short whatever a hook prints. */
static void
test_long_failure(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree FirnClientReply *reply = g_new0(FirnClientReply, 1);

    firn_test_hook_rig_write_hook(rig,
                                  "10-a",
                                  "head -c 200 /dev/zero | tr '\\0' '\\1'; exit 3",
                                  NULL);
    g_assert_true(firn_client_ask(&rig->paths, "freeze", NULL, reply, NULL));
    g_assert_cmpuint(strlen(reply->text), <=, 512);
    g_assert_true(g_str_has_suffix(reply->text, "\"}"));
}

static void
test_second_freeze(FirnTestHookRig *rig, gconstpointer data)
{
    assert_answer(rig, "freeze", FIRN_EXIT_OK, "");
    assert_answer(rig, "freeze", FIRN_EXIT_BUSY, "not followed by a thaw");
    assert_answer(rig, "prepare", FIRN_EXIT_BUSY, "not followed by a thaw");
    assert_answer(rig, "status", FIRN_EXIT_OK, "\"state\": \"frozen\"");
    assert_answer(rig, "thaw", FIRN_EXIT_OK, "");
    g_autofree char *report = firn_test_hook_rig_read(rig, "/run/firn/last.json");
    firn_test_assert_in(report, "\"state\": \"thawed\", \"level\": \"fs\"");
}

static void
test_busy(FirnTestHookRig *rig, gconstpointer data)
{
    int client;

    firn_test_hook_rig_write_hook(rig, "10-a", WAIT, NULL);
    client = send_only(rig, "freeze");
    wait_log(rig, "freeze");
    assert_answer(rig, "status", FIRN_EXIT_OK, "\"busy\": true");
    assert_answer(rig, "freeze", FIRN_EXIT_BUSY, "another request");
    firn_test_hook_rig_write(rig, "/go", 0644, "");
    assert_answer(rig, "thaw", FIRN_EXIT_OK, "");
    close(client);
}

static void
test_thaw_cancels(FirnTestHookRig *rig, gconstpointer data)
{
    int client;

    firn_test_hook_rig_write_hook(rig, "10-a", WAIT, NULL);
    client = send_only(rig, "freeze");
    wait_log(rig, "freeze");
    assert_answer(rig, "thaw", FIRN_EXIT_OK, "");
    assert_log(rig, "prepare freeze abort");
    g_autofree char *report = firn_test_hook_rig_read(rig, "/run/firn/last.json");
    firn_test_assert_in(report, "\"message\": \"cancelled\"");
    close(client);
}

static void
test_client_ends(FirnTestHookRig *rig, gconstpointer data)
{
    int client;

    firn_test_hook_rig_write_hook(rig, "10-a", WAIT, NULL);
    client = send_only(rig, "freeze");
    wait_log(rig, "freeze");
    close(client);
    wait_log(rig, "abort");
    assert_answer(rig, "thaw", FIRN_EXIT_OK, "");
    assert_answer(rig, "status", FIRN_EXIT_OK, "\"state\": \"idle\"");
}

static void
test_unknown(FirnTestHookRig *rig, gconstpointer data)
{
    char byte;
    int client = send_only(rig, "frieze");

    g_assert_cmpint(recv(client, &byte, 1, 0), ==, 0);
    close(client);
    client = send_only(rig, "freeze and more than there is room for in a request");
    g_assert_cmpint(recv(client, &byte, 1, 0), ==, 0);
    close(client);
    assert_answer(rig, "status", FIRN_EXIT_OK, "idle");
}

static void
test_one_guard(FirnTestHookRig *rig, gconstpointer data)
{
    static FirnGuard second_guard;
    FirnServer second;

    g_assert_true(firn_guard_init(&second_guard, &rig->paths, &thawer, &rig->reason));
    g_assert_false(firn_server_open(&second, &second_guard, &rig->reason));
    firn_test_assert_in(rig->reason.text, "guard.lock");
    firn_server_close(&second);
    firn_guard_clear(&second_guard);
    assert_answer(rig, "status", FIRN_EXIT_OK, "idle");
}

/* As on shutdown. */
static void
test_ends_while_frozen(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, "Mode=session\n");
    assert_answer(rig, "freeze", FIRN_EXIT_OK, "");
    freeze_disks();
    stop_server();
    for (guint i = 0; i < G_N_ELEMENTS(firn_test_disks); i++)
        g_assert_false(firn_test_disks[i].is_frozen);
    assert_log(rig, "lock ABORT");
}

static void
test_ends_while_freezing(FirnTestHookRig *rig, gconstpointer data)
{
    int client;

    firn_test_hook_rig_write_hook(rig, "10-a", WAIT, NULL);
    client = send_only(rig, "freeze");
    wait_log(rig, "freeze");
    stop_server();
    assert_log(rig, "prepare freeze abort");
    close(client);
}

static void
test_expires_by_itself(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, FIRN_REQUEST_PATH, 0600, "deadman-sec=5\n");
    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, "Mode=session\n");
    assert_answer(rig, "freeze", FIRN_EXIT_OK, "");
    freeze_disks();
    for (guint i = 0; i < G_N_ELEMENTS(firn_test_disks); i++)
        firn_test_fake_thawer_wait(i);
    wait_log(rig, "ABORT");
    assert_answer(rig, "status", FIRN_EXIT_OK, "expired");
    assert_answer(rig, "thaw", FIRN_EXIT_OK, "");
    assert_answer(rig, "status", FIRN_EXIT_OK, "idle");
}

#define TEST(name, run)                                                                            \
    g_test_add("/guest-hooks/guard-server/" name, FirnTestHookRig, NULL, set_up, run, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("freeze-and-thaw", test_freeze_and_thaw);
    TEST("failure", test_failure);
    TEST("long-failure", test_long_failure);
    TEST("second-freeze", test_second_freeze);
    TEST("busy", test_busy);
    TEST("thaw-cancels", test_thaw_cancels);
    TEST("client-ends", test_client_ends);
    TEST("unknown", test_unknown);
    TEST("one-guard", test_one_guard);
    TEST("ends-while-frozen", test_ends_while_frozen);
    TEST("ends-while-freezing", test_ends_while_freezing);
    TEST("expires-by-itself", test_expires_by_itself);
    return g_test_run();
}
