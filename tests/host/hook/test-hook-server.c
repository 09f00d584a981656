/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-server.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/stat.h>

#include "hook-request.h"
#include "host-error.h"
#include "loop-thread.h"
#include "merged-source.h"
#include "orphan-vm.h"
#include "scratch-dir.h"

#define UUID     "11111111-1111-4222-8333-123456789abc"
#define XML      "<domain type='qemu'><name>web1</name><uuid>" UUID "</uuid></domain>"
#define FEW_MORE 10

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestScratchDir *dir;
    char *path; /* (owned) of the socket */
    FirnJobs *jobs;
    FirnVmSource *source;
    FirnCatalogueStore *store;
    FirnHookServer *server;
    GAsyncQueue *leave; /* a job that works on disks waits for this */
    gint64 heard_us;
} Fixture;

static void
build(gpointer data)
{
    Fixture *fixture = data;
    const FirnPolicy profile = {.max_snapshots = 3};
    g_autoptr(GError) error = NULL;
    FirnHookServerSetup setup;

    fixture->jobs = firn_jobs_new(NULL);
    fixture->source = FIRN_VM_SOURCE(firn_merged_source_new());
    fixture->store =
        firn_catalogue_store_new(firn_test_scratch_dir_get_path(fixture->dir), &profile);
    setup = (FirnHookServerSetup){fixture->source, fixture->jobs, fixture->store};
    fixture->server = firn_hook_server_new(&setup);
    firn_hook_server_listen(fixture->server, fixture->path, &error);
    g_assert_no_error(error);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "hook.sock", NULL);
    fixture->leave = g_async_queue_new();
    /* A stale socket of a firnd that was killed. */
    g_assert_true(g_file_set_contents(fixture->path, "", 0, NULL));
    firn_test_loop_thread_call(build, fixture);
}

static void
let_go(gpointer data)
{
    Fixture *fixture = data;

    g_object_run_dispose(G_OBJECT(fixture->server));
    g_clear_object(&fixture->server);
    g_clear_object(&fixture->source);
    g_clear_object(&fixture->jobs);
    firn_catalogue_store_unref(fixture->store);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    firn_test_loop_thread_call(let_go, fixture);
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
    firn_test_loop_thread_stop(fixture->loop);
    firn_test_scratch_dir_free(fixture->dir);
    g_async_queue_unref(fixture->leave);
    g_free(fixture->path);
}

static GSocketConnection *
connect_to(Fixture *fixture)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(fixture->path);
    g_autoptr(GError) error = NULL;
    GSocketConnection *connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);

    g_assert_no_error(error);
    return connection;
}

/* Reads until the end. */
static char *
read_answer(GSocketConnection *connection)
{
    char text[512] = "";
    gsize n = 0;

    g_input_stream_read_all(g_io_stream_get_input_stream(G_IO_STREAM(connection)),
                            text,
                            sizeof text - 1,
                            &n,
                            NULL,
                            NULL);
    return g_strndup(text, n);
}

static char *
ask(Fixture *fixture, const char *question, gsize length)
{
    g_autoptr(GSocketConnection) connection = connect_to(fixture);

    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)),
                              question,
                              length,
                              NULL,
                              NULL,
                              NULL);
    g_socket_shutdown(g_socket_connection_get_socket(connection), FALSE, TRUE, NULL);
    return read_answer(connection);
}

static void
read_heard(gpointer data)
{
    Fixture *fixture = data;

    fixture->heard_us = firn_hook_server_get_last_heard_us(fixture->server);
}

static void
test_go_on(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    struct stat status;

    g_assert_no_errno(stat(fixture->path, &status));
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    firn_test_loop_thread_call(read_heard, fixture);
    g_assert_cmpint(fixture->heard_us, ==, 0);
    first = ask(fixture, "prepare\n" XML, strlen("prepare\n" XML));
    g_assert_cmpstr(first, ==, "ok\n");
    firn_test_loop_thread_call(read_heard, fixture);
    g_assert_cmpint(fixture->heard_us, >, 0);
    second = ask(fixture, "started\n" XML, strlen("started\n" XML));
    g_assert_cmpstr(second, ==, "ok\n");
}

static gboolean
work(FirnJob *job, gpointer leave, GError **error)
{
    g_async_queue_pop(leave);
    return TRUE;
}

static void
start_job(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(FirnVm) vm =
        firn_orphan_vm_new(UUID, firn_catalogue_store_get(fixture->store, UUID, NULL));
    const FirnJobRequest request = {
        .vm = vm,
        .operation = "delete",
        .run = work,
        .params = g_async_queue_ref(fixture->leave),
        .free_params = (GDestroyNotify)g_async_queue_unref,
        .works_on_disks = TRUE,
    };

    firn_vm_source_emit_added(fixture->source, vm);
    g_assert_nonnull(firn_jobs_start(fixture->jobs, &request, NULL));
}

static void
test_busy(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *refused = NULL;

    firn_test_loop_thread_call(start_job, fixture);
    refused = ask(fixture, "prepare\n" XML, strlen("prepare\n" XML));
    g_async_queue_push(fixture->leave, fixture);
    g_assert_true(g_str_has_prefix(refused, "no: firn is working on the disks of web1 (job 1, "));
    g_assert_true(g_str_has_suffix(refused, "\n"));
}

/* None of these keeps a domain from starting, and firnd still answers afterwards. */
static void
test_nonsense(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *big = g_malloc(FIRN_HOOK_REQUEST_BYTES_MAX + 1);
    g_autofree char *nothing = ask(fixture, "", 0);
    g_autofree char *garbage = ask(fixture, "\xff\n\n", 3);
    g_autofree char *too_big = NULL;
    g_autofree char *good = NULL;

    memset(big, 'x', FIRN_HOOK_REQUEST_BYTES_MAX + 1);
    too_big = ask(fixture, big, FIRN_HOOK_REQUEST_BYTES_MAX + 1);
    g_assert_cmpstr(nothing, ==, "ok\n");
    g_assert_cmpstr(garbage, ==, "ok\n");
    g_assert_cmpstr(too_big, ==, "");
    good = ask(fixture, "prepare\n" XML, strlen("prepare\n" XML));
    g_assert_cmpstr(good, ==, "ok\n");
}

/* Clients that send nothing are dropped, and delay other requests no longer than that. */
static void
test_silent_crowd(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GPtrArray) crowd = g_ptr_array_new_with_free_func(g_object_unref);
    g_autofree char *last = NULL;
    g_autofree char *good = NULL;

    for (guint i = 0; i < 64 + FEW_MORE; i++)
        g_ptr_array_add(crowd, connect_to(fixture));
    last = read_answer(crowd->pdata[crowd->len - 1]);
    g_assert_cmpstr(last, ==, "");
    for (guint i = 0; i < crowd->len; i++) {
        g_autofree char *answer = read_answer(crowd->pdata[i]);

        g_assert_cmpstr(answer, ==, "");
    }
    good = ask(fixture, "prepare\n" XML, strlen("prepare\n" XML));
    g_assert_cmpstr(good, ==, "ok\n");
}

static void
listen_again(gpointer data)
{
    Fixture *fixture = data;
    FirnHookServerSetup setup = {fixture->source, fixture->jobs, fixture->store};
    g_autoptr(FirnHookServer) second = firn_hook_server_new(&setup);
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_hook_server_listen(second, fixture->path, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
}

static void
test_two(Fixture *fixture, gconstpointer data)
{
    g_autofree char *answer = NULL;

    firn_test_loop_thread_call(listen_again, fixture);
    answer = ask(fixture, "prepare\n" XML, strlen("prepare\n" XML));
    g_assert_cmpstr(answer, ==, "ok\n");
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/hook/hook-server/go-on", test_go_on);
    add("/hook/hook-server/busy", test_busy);
    add("/hook/hook-server/nonsense", test_nonsense);
    add("/hook/hook-server/silent-crowd", test_silent_crowd);
    add("/hook/hook-server/two", test_two);
    return g_test_run();
}
