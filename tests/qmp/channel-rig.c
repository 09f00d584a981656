/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "channel-rig.h"

#include "agent-client.h"
#include "await.h"
#include "monitor-client.h"

#define PATIENCE_MS 5000

typedef struct {
    const char *path;
    guint deadline_ms;
} Open;

static void
start_monitor(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    Open *open = user_data;

    firn_monitor_client_open_async(open->path, 0, NULL, callback, callback_data);
}

FirnChannel *
firn_test_open_monitor(const char *path, GError **error)
{
    Open open = {path, 0};
    g_autoptr(GAsyncResult) result = firn_await(start_monitor, &open);

    return firn_channel_open_finish(result, error);
}

static void
start_agent(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    Open *open = user_data;

    firn_agent_client_open_async(open->path, 0, open->deadline_ms, NULL, callback, callback_data);
}

FirnChannel *
firn_test_open_agent(const char *path, guint deadline_ms, GError **error)
{
    Open open = {path, deadline_ms};
    g_autoptr(GAsyncResult) result = firn_await(start_agent, &open);

    return firn_channel_open_finish(result, error);
}

static void
close_channel(gpointer channel)
{
    firn_channel_close(channel);
    g_object_unref(channel);
}

void
firn_test_close_channel(FirnChannel *channel)
{
    firn_test_loop_thread_call(close_channel, channel);
}

void
firn_test_answer(FirnTestPeer *peer, const char *command, const char *value)
{
    g_autofree char *line = g_strdup_printf("{\"id\": $id, \"return\": %s}\n", value);

    firn_test_peer_when(peer, command, 0, (FirnTestStep[]){{.text = line}, {0}});
}

void
firn_test_agent_rig_set_up(FirnTestAgentRig *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    self->loop = firn_test_loop_thread_start();
    self->fake = firn_test_fake_agent_new(NULL, 2);
    self->peer = firn_test_fake_agent_get_peer(self->fake);
    self->agent = firn_test_open_agent(firn_test_peer_get_path(self->peer), PATIENCE_MS, &error);
    g_assert_no_error(error);
}

void
firn_test_agent_rig_tear_down(FirnTestAgentRig *self, gconstpointer data)
{
    firn_test_close_channel(self->agent);
    firn_test_fake_agent_free(self->fake);
    firn_test_loop_thread_stop(self->loop);
}
