/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol.h"

#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
test_verbs(void)
{
    FirnVerb verb = FIRN_VERB_STATUS;

    g_assert_true(firn_verb_parse("freeze", &verb));
    g_assert_cmpint(verb, ==, FIRN_VERB_FREEZE);
    g_assert_true(firn_verb_parse("status", &verb));
    g_assert_cmpint(verb, ==, FIRN_VERB_STATUS);
    g_assert_false(firn_verb_parse("freeze ", &verb));
    g_assert_false(firn_verb_parse("", &verb));
}

static void
test_names(void)
{
    g_assert_cmpstr(firn_exit_get_name(FIRN_EXIT_OK), ==, "ok");
    g_assert_cmpstr(firn_exit_get_name(FIRN_EXIT_CONFIG), ==, "config");
    g_assert_cmpstr(firn_exit_get_name(FIRN_EXIT_BUSY), ==, "busy");
    g_assert_cmpstr(firn_exit_get_name(99), ==, "unknown");
}

static void
test_wrong_replies(void)
{
    static const char *const wrong[] = {"",
                                        "exit",
                                        "exit ",
                                        "exit x",
                                        "exit 11x",
                                        "exit 256 ",
                                        "wait ",
                                        "wait 5 6",
                                        "wait5",
                                        "quit 1"};
    FirnReply reply;

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        if (firn_reply_parse(wrong[i], &reply))
            g_error("\"%s\" is taken for a reply", wrong[i]);
}

/* As it is sent, so it is understood. */
static void
test_sent(void)
{
    char message[FIRN_MESSAGE_BYTES] = "";
    FirnReply reply;
    int ends[2];

    g_assert_no_errno(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
    g_assert_true(firn_reply_send(ends[0], &(FirnReply){.wait_ms = 1234}));
    g_assert_cmpint(recv(ends[1], message, sizeof message - 1, 0), >, 0);
    g_assert_true(firn_reply_parse(message, &reply));
    g_assert_false(reply.is_result);
    g_assert_cmpuint(reply.wait_ms, ==, 1234);
    memset(message, 0, sizeof message);
    g_assert_true(firn_reply_send(
        ends[0],
        &(FirnReply){.is_result = true, .status = FIRN_EXIT_TIMEOUT, .text = "{\"a\": 1}"}));
    g_assert_cmpint(recv(ends[1], message, sizeof message - 1, 0), >, 0);
    g_assert_true(firn_reply_parse(message, &reply));
    g_assert_true(reply.is_result);
    g_assert_cmpuint(reply.status, ==, FIRN_EXIT_TIMEOUT);
    g_assert_cmpstr(reply.text, ==, "{\"a\": 1}");
    close(ends[1]);
    g_assert_false(firn_reply_send(ends[0], &reply));
    close(ends[0]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/protocol/verbs", test_verbs);
    g_test_add_func("/guest-hooks/protocol/names", test_names);
    g_test_add_func("/guest-hooks/protocol/wrong-replies", test_wrong_replies);
    g_test_add_func("/guest-hooks/protocol/sent", test_sent);
    return g_test_run();
}
