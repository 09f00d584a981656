/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard-client.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hook-rig.h"
#include "socket-address.h"

/* What a guard says, one message after the other; then it closes the connection, or stays silent.
 */
typedef struct {
    int listener;
    const char *messages[3];
    bool is_silent;
    char request[64];
} Script;

static int
listen_in(FirnTestHookRig *rig)
{
    struct sockaddr_un address;
    int file = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    g_assert_true(firn_socket_address_fill(&address, &rig->paths));
    g_assert_no_errno(bind(file, (struct sockaddr *)&address, sizeof address));
    g_assert_no_errno(listen(file, 1));
    return file;
}

static gpointer
play(gpointer data)
{
    Script *self = data;
    char byte;
    int client = accept(self->listener, NULL, NULL);

    g_assert_cmpint(recv(client, self->request, sizeof self->request - 1, 0), >, 0);
    for (guint i = 0; i < G_N_ELEMENTS(self->messages) && self->messages[i] != NULL; i++)
        send(client, self->messages[i], strlen(self->messages[i]), MSG_NOSIGNAL);
    if (self->is_silent)
        g_assert_cmpint(recv(client, &byte, 1, 0), ==, 0);
    close(client);
    return NULL;
}

static bool
ask(FirnTestHookRig *rig, Script *script, FirnClientReply *reply)
{
    GThread *thread;
    bool is_answered;

    script->listener = listen_in(rig);
    thread = g_thread_new("guard", play, script);
    is_answered = firn_client_ask(&rig->paths, "freeze", NULL, reply, &rig->reason);
    g_thread_join(thread);
    close(script->listener);
    return is_answered;
}

static void
test_answered(FirnTestHookRig *rig, gconstpointer data)
{
    Script script = {
        .messages = {"wait 10000", "wait 20000", "exit 12 {\"code\": 12}"}
    };
    FirnClientReply reply;

    g_assert_true(ask(rig, &script, &reply));
    g_assert_cmpstr(script.request, ==, "freeze");
    g_assert_cmpuint(reply.status, ==, 12);
    g_assert_cmpstr(reply.text, ==, "{\"code\": 12}");
}

static void
test_silent(FirnTestHookRig *rig, gconstpointer data)
{
    Script script = {.messages = {"wait 10"}, .is_silent = true};
    FirnClientReply reply;

    g_assert_false(ask(rig, &script, &reply));
    firn_test_assert_in(rig->reason.text, "does not answer in time");
}

static void
test_closed(FirnTestHookRig *rig, gconstpointer data)
{
    Script script = {.messages = {"wait 10000"}};
    FirnClientReply reply;

    g_assert_false(ask(rig, &script, &reply));
    firn_test_assert_in(rig->reason.text, "closed the connection");
}

static void
test_nonsense(FirnTestHookRig *rig, gconstpointer data)
{
    Script script = {.messages = {"hello"}, .is_silent = true};
    FirnClientReply reply;

    g_assert_false(ask(rig, &script, &reply));
    firn_test_assert_in(rig->reason.text, "says \"hello\"");
}

static void
test_unreachable(FirnTestHookRig *rig, gconstpointer data)
{
    FirnClientReply reply;

    g_assert_false(firn_client_ask(&rig->paths, "freeze", NULL, &reply, &rig->reason));
    firn_test_assert_in(rig->reason.text, "cannot connect");
}

/* Its output is not the caller's, who waits for the end of that. */
static void
test_started(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *program = firn_test_hook_rig_path(rig, "/guard");
    g_autofree char *text =
        g_strdup_printf("#!/bin/sh\ncd %s\nout=$(readlink /proc/$$/fd/1)\necho $out > out\n",
                        rig->paths.root);
    FirnClientReply reply;
    g_autofree char *out = NULL;

    if (access("/run/systemd/system", F_OK) == 0) {
        g_test_skip("systemd starts the guard here");
        return;
    }
    firn_test_hook_rig_write(rig, "/guard", 0755, text);
    g_assert_false(firn_client_ask(&rig->paths, "freeze", program, &reply, &rig->reason));
    out = firn_test_hook_rig_read(rig, "/out");
    g_assert_cmpstr(out, ==, "/dev/null\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("guard-client/answered", test_answered);
    FIRN_TEST_WITH_RIG("guard-client/silent", test_silent);
    FIRN_TEST_WITH_RIG("guard-client/closed", test_closed);
    FIRN_TEST_WITH_RIG("guard-client/nonsense", test_nonsense);
    FIRN_TEST_WITH_RIG("guard-client/unreachable", test_unreachable);
    FIRN_TEST_WITH_RIG("guard-client/started", test_started);
    return g_test_run();
}
