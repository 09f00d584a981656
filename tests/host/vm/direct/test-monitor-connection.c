/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "monitor-connection.h"

#include <glib/gstdio.h>

#include "fake-monitor.h"
#include "loop-thread.h"
#include "qmp-error.h"
#include "scratch-dir.h"

#define PATIENCE_US (10 * G_USEC_PER_SEC)

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestScratchDir *dir;
    char *path;
    FirnTestFakeMonitor *fake;
    FirnMonitorConnection *link;
    GAsyncQueue *news; /* (element-type utf8) signals of the link */
} Fixture;

static void
on_opened(FirnMonitorConnection *link, FirnChannel *monitor, gpointer news)
{
    g_async_queue_push(news, g_strdup("opened"));
}

static void
on_failed(FirnMonitorConnection *link, const GError *error, gpointer news)
{
    g_async_queue_push(
        news,
        g_strdup(g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED) ? "off" : "failed"));
}

static void
on_closed(FirnMonitorConnection *link, gpointer news)
{
    g_async_queue_push(news, g_strdup("closed"));
}

static void
assert_news(Fixture *fixture, const char *expected)
{
    g_autofree char *news = g_async_queue_timeout_pop(fixture->news, PATIENCE_US);

    g_assert_cmpstr(news, ==, expected);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->path = g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "qmp", NULL);
    fixture->news = g_async_queue_new_full(g_free);
    fixture->fake = firn_test_fake_monitor_new(fixture->path, 0);
    fixture->link = firn_monitor_connection_new(fixture->path,
                                                0,
                                                firn_test_fake_monitor_get_uuid(fixture->fake));
    g_signal_connect(fixture->link, "opened", G_CALLBACK(on_opened), fixture->news);
    g_signal_connect(fixture->link, "failed", G_CALLBACK(on_failed), fixture->news);
    g_signal_connect(fixture->link, "closed", G_CALLBACK(on_closed), fixture->news);
}

static void
start(gpointer link)
{
    firn_monitor_connection_start(link);
}

static void
stop(gpointer link)
{
    firn_monitor_connection_stop(link);
}

static void
let_go(gpointer link)
{
    g_object_unref(link);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(let_go, fixture->link);
    firn_test_fake_monitor_free(fixture->fake);
    firn_test_loop_thread_stop(fixture->loop);
    firn_test_scratch_dir_free(fixture->dir);
    g_async_queue_unref(fixture->news);
    g_free(fixture->path);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(GError) error = NULL;
    gboolean ok = firn_monitor_connection_connect_finish(result, &error);

    g_assert_cmpint(ok, ==, error == NULL);
    g_async_queue_push(fixture->news, g_strdup(ok ? "connected" : "refused"));
}

static void
connect_twice(gpointer data)
{
    Fixture *fixture = data;

    firn_monitor_connection_connect_async(fixture->link, on_connected, fixture);
    firn_monitor_connection_connect_async(fixture->link, on_connected, fixture);
}

static void
connect_and_stop(gpointer data)
{
    Fixture *fixture = data;

    firn_monitor_connection_connect_async(fixture->link, on_connected, fixture);
    firn_monitor_connection_stop(fixture->link);
}

static guint
count_connections(Fixture *fixture)
{
    return firn_test_peer_count(firn_test_fake_monitor_get_peer(fixture->fake),
                                FIRN_TEST_PEER_CONNECTED);
}

/* As systemd makes the folder of a service when that starts, and removes it when it ends. */
static void
test_folder_comes_and_goes(Fixture *fixture, gconstpointer data)
{
    const char *uuid = firn_test_fake_monitor_get_uuid(fixture->fake);
    g_autofree char *parent =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "run", NULL);
    g_autofree char *folder = g_build_filename(parent, "web1", NULL);
    g_autofree char *path = g_build_filename(folder, "qmp", NULL);
    FirnMonitorConnection *late = firn_monitor_connection_new(path, 0, uuid);

    g_signal_connect(late, "opened", G_CALLBACK(on_opened), fixture->news);
    g_signal_connect(late, "failed", G_CALLBACK(on_failed), fixture->news);
    g_signal_connect(late, "closed", G_CALLBACK(on_closed), fixture->news);
    firn_test_loop_thread_call(start, late);
    assert_news(fixture, "off");
    for (guint i = 0; i < 2; i++) {
        g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
        g_assert_cmpint(g_rename(fixture->path, path), ==, 0);
        assert_news(fixture, "opened");
        firn_test_peer_hang_up(firn_test_fake_monitor_get_peer(fixture->fake));
        assert_news(fixture, "closed");
        g_assert_cmpint(g_rename(path, fixture->path), ==, 0);
        g_assert_cmpint(g_rmdir(folder), ==, 0);
        g_assert_cmpint(g_rmdir(parent), ==, 0);
    }
    firn_test_loop_thread_call(stop, late);
    firn_test_loop_thread_call(let_go, late);
}

static void
test_start(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnChannel) channel = NULL;

    firn_test_loop_thread_call(start, fixture->link);
    assert_news(fixture, "opened");
    channel = firn_monitor_connection_dup_channel(fixture->link);
    g_assert_nonnull(channel);
    firn_test_peer_hang_up(firn_test_fake_monitor_get_peer(fixture->fake));
    assert_news(fixture, "closed");
    g_assert_null(firn_monitor_connection_dup_channel(fixture->link));
}

static void
test_one_connection(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(connect_twice, fixture);
    assert_news(fixture, "opened");
    assert_news(fixture, "connected");
    assert_news(fixture, "connected");
    firn_test_loop_thread_call(connect_twice, fixture);
    assert_news(fixture, "connected");
    assert_news(fixture, "connected");
    g_assert_cmpuint(count_connections(fixture), ==, 1);
}

static void
test_appears(Fixture *fixture, gconstpointer data)
{
    g_clear_pointer(&fixture->fake, firn_test_fake_monitor_free);
    firn_test_loop_thread_call(start, fixture->link);
    assert_news(fixture, "off");
    fixture->fake = firn_test_fake_monitor_new(fixture->path, 0);
    /* The new fake has another UUID; it only matters that its socket was noticed. */
    assert_news(fixture, "failed");
}

static void
test_no_uuid_told(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(firn_test_fake_monitor_get_peer(fixture->fake), "query-uuid", 0, "no");
    firn_test_loop_thread_call(connect_twice, fixture);
    assert_news(fixture, "failed");
    assert_news(fixture, "refused");
    assert_news(fixture, "refused");
    g_assert_null(firn_monitor_connection_dup_channel(fixture->link));
}

static void
test_stopped_while_connecting(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(connect_and_stop, fixture);
    assert_news(fixture, "off");
    assert_news(fixture, "refused");
    g_assert_null(firn_monitor_connection_dup_channel(fixture->link));
}

/* No signal: the caller asked for it. */
static void
test_stopped(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(start, fixture->link);
    assert_news(fixture, "opened");
    firn_test_loop_thread_call(stop, fixture->link);
    g_assert_null(firn_monitor_connection_dup_channel(fixture->link));
    g_assert_cmpint(g_async_queue_length(fixture->news), ==, 0);
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
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/vm/monitor-link/start-and-end", test_start);
    add("/vm/monitor-link/connect/one-connection-for-all", test_one_connection);
    add("/vm/monitor-link/connect/socket-appears", test_appears);
    add("/vm/monitor-link/connect/folder-comes-and-goes", test_folder_comes_and_goes);
    add("/vm/monitor-link/connect/uuid-not-told", test_no_uuid_told);
    add("/vm/monitor-link/stop/while-connecting", test_stopped_while_connecting);
    add("/vm/monitor-link/stop/while-connected", test_stopped);
    return g_test_run();
}
