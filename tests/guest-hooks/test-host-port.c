/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-port.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hook-rig.h"

typedef struct {
    FirnTestHookRig rig;
    int ends[2]; /* the guest's and the host's */
    FirnHostPort port;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    firn_test_hook_rig_set_up(&self->rig, data);
    g_assert_no_errno(socketpair(AF_UNIX, SOCK_STREAM, 0, self->ends));
    firn_host_port_init(&self->port, &self->rig.paths, self->ends[0]);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    close(self->ends[0]);
    close(self->ends[1]);
    firn_test_hook_rig_tear_down(&self->rig, data);
}

static void
say(Fixture *self, const char *text)
{
    firn_host_port_take(&self->port, text, strlen(text));
}

static void
assert_answer(Fixture *self, const char *expected)
{
    char text[512];
    ssize_t got = recv(self->ends[1], text, sizeof text - 1, MSG_DONTWAIT);

    text[got < 0 ? 0 : got] = '\0';
    g_assert_cmpstr(text, ==, expected);
}

static void
test_request(Fixture *self, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(&self->rig, FIRN_REQUEST_PATH);
    g_autofree char *text = NULL;

    say(self, "\nrequest 1-a token=t deadman-");
    assert_answer(self, "");
    say(self, "sec=7\n");
    assert_answer(self, "\nok 1-a 0\n");
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "token=t\ndeadman-sec=7\n");
}

static void
test_report(Fixture *self, gconstpointer data)
{
    say(self, "report 1-a\n");
    assert_answer(self, "\nfailed 1-a 0\n");
    firn_test_hook_rig_write(&self->rig, FIRN_RUN_DIR "/last.json", 0600, "{\n}\n");
    say(self, "report 1-b\n");
    assert_answer(self, "\nreport 1-b 4\n{\n}\n");
}

/* Each is ignored, and the next line is not. */
static void
test_other_lines(Fixture *self, gconstpointer data)
{
    g_autofree char *noise = g_strnfill(10000, 'x');
    g_autofree char *long_id = g_strdup_printf("report %.*s\n", 41, noise);

    say(self, noise);
    say(self, "\nreport\nrequest 1-a\nreport 1-a more\nfreeze 1-a\n\n   \n");
    say(self, long_id);
    assert_answer(self, "");
    say(self, "report 1-z\n");
    assert_answer(self, "\nfailed 1-z 0\n");
}

/* A link in place of the request would let another file be written. */
static void
test_link(Fixture *self, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(&self->rig, FIRN_REQUEST_PATH);
    g_autofree char *other = firn_test_hook_rig_path(&self->rig, FIRN_RUN_DIR "/other");

    g_assert_no_errno(symlink(other, path));
    say(self, "request 1-a token=t\n");
    assert_answer(self, "\nok 1-a 0\n");
    g_assert_false(g_file_test(other, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(path, G_FILE_TEST_IS_SYMLINK));
}

#define ADD(name, function)                                                                        \
    g_test_add("/guest-hooks/host-port/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("request", test_request);
    ADD("report", test_report);
    ADD("other-lines", test_other_lines);
    ADD("link", test_link);
    return g_test_run();
}
