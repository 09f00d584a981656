/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The program that libvirt's hook execs, against a firnd that is scripted. */
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/wait.h>

#include "scratch-dir.h"

#define XML "<domain><name>web1</name></domain>"

/* A firnd that reads one question and answers @answer; %NULL: it never answers. */
typedef struct {
    FirnTestScratchDir *dir;
    char *path; /* (owned) */
    GSocket *listener;
    GThread *thread;
    const char *answer;
    char *question; /* (owned) (nullable) */
    GAsyncQueue *leave;
} Fixture;

static char *
read_question(GSocket *socket)
{
    GString *text = g_string_new(NULL);
    char chunk[4096];
    gssize n;

    while ((n = g_socket_receive(socket, chunk, sizeof chunk, NULL, NULL)) > 0)
        g_string_append_len(text, chunk, n);
    return g_string_free(text, FALSE);
}

static gpointer
serve(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(GSocket) socket = g_socket_accept(fixture->listener, NULL, NULL);

    if (socket == NULL)
        return NULL;
    fixture->question = read_question(socket);
    if (fixture->answer == NULL)
        g_async_queue_pop(fixture->leave);
    else
        g_socket_send(socket, fixture->answer, strlen(fixture->answer), NULL, NULL);
    return NULL;
}

static void
set_up(Fixture *fixture, gconstpointer answer)
{
    g_autoptr(GSocketAddress) address = NULL;
    g_autoptr(GError) error = NULL;

    fixture->dir = firn_test_scratch_dir_new();
    fixture->path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "hook.sock", NULL);
    fixture->leave = g_async_queue_new();
    fixture->answer = answer;
    address = g_unix_socket_address_new(fixture->path);
    fixture->listener =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
    g_assert_no_error(error);
    g_assert_true(g_socket_bind(fixture->listener, address, FALSE, &error));
    g_assert_true(g_socket_listen(fixture->listener, &error));
    fixture->thread = g_thread_new("firnd", serve, fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    g_async_queue_push(fixture->leave, fixture);
    g_thread_join(fixture->thread);
    g_object_unref(fixture->listener);
    firn_test_scratch_dir_free(fixture->dir);
    g_async_queue_unref(fixture->leave);
    g_free(fixture->path);
    g_free(fixture->question);
}

/* As libvirt: the XML on stdin. Nothing may come on stdout: for some operations that would replace
 * the XML. */
static int
run(const char *path, const char *operation, char **out_errors)
{
    g_autofree char *option = g_strconcat("--socket=", path, NULL);
    g_autofree char *out = NULL;
    g_autofree char *errors = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocess) firn =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                             G_SUBPROCESS_FLAGS_STDERR_PIPE,
                         &error,
                         FIRN_TEST_FIRN,
                         "hook-libvirt",
                         option,
                         "web1",
                         operation,
                         "begin",
                         "-",
                         NULL);

    g_assert_no_error(error);
    g_subprocess_communicate_utf8(firn, XML, NULL, &out, &errors, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(out, ==, "");
    *out_errors = g_steal_pointer(&errors);
    return g_subprocess_get_exit_status(firn);
}

static void
assert_goes_on(const char *path, const char *operation)
{
    g_autofree char *errors = NULL;

    g_assert_cmpint(run(path, operation, &errors), ==, 0);
    g_assert_cmpstr(errors, ==, "");
}

static void
test_goes_on(Fixture *fixture, gconstpointer unused)
{
    assert_goes_on(fixture->path, "prepare");
}

static void
test_refused(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *errors = NULL;

    g_assert_cmpint(run(fixture->path, "prepare", &errors), ==, 1);
    g_assert_cmpstr(errors, ==, "firn is busy\n");
    g_assert_cmpstr(fixture->question, ==, "prepare\n" XML);
}

/* libvirt would kill the guest. */
static void
test_never_refused(Fixture *fixture, gconstpointer unused)
{
    assert_goes_on(fixture->path, "reconnect");
}

static void
test_attach(Fixture *fixture, gconstpointer unused)
{
    assert_goes_on(fixture->path, "attach");
}

static void
test_absent(void)
{
    assert_goes_on("/nonexistent/hook.sock", "prepare");
}

static void
add(const char *path, const char *answer, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, answer, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/cli/hook-libvirt/goes-on", "ok\n", test_goes_on);
    add("/cli/hook-libvirt/refused", "no: firn is busy\n", test_refused);
    add("/cli/hook-libvirt/reconnect", "no: firn is busy\n", test_never_refused);
    add("/cli/hook-libvirt/attach", "no: firn is busy\n", test_attach);
    add("/cli/hook-libvirt/silent", NULL, test_goes_on);
    add("/cli/hook-libvirt/hangs-up", "", test_goes_on);
    add("/cli/hook-libvirt/half-a-line", "no: firn is", test_goes_on);
    add("/cli/hook-libvirt/garbage", "\x01\xff no: \n", test_goes_on);
    g_test_add_func("/cli/hook-libvirt/absent", test_absent);
    return g_test_run();
}
