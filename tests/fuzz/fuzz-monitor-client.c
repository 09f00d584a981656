/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "fuzz.h"
#include "monitor-client.h"
#include "script-peer.h"

#define DEADLINE_MS 3600000

typedef struct {
    FirnScriptPeer *peer; /* (unowned) */
    FirnChannel *monitor; /* (owned) (nullable) once greeted */
    guint opened;         /* number of results of the opening */
    guint asked;
    guint answered;
    guint closed;
} State;

static void
on_closed(FirnChannel *monitor, gpointer user_data)
{
    State *state = user_data;

    state->closed++;
}

static void
on_event(FirnChannel *monitor, const char *name, JsonObject *data, gpointer user_data)
{
    g_assert_nonnull(name);
    if (data != NULL)
        json_object_get_size(data);
}

static void
on_opened(GObject *source, GAsyncResult *result, gpointer user_data)
{
    State *state = user_data;
    g_autoptr(GError) error = NULL;

    state->opened++;
    state->monitor = firn_channel_open_finish(result, &error);
    g_assert_true((state->monitor == NULL) == (error != NULL));
    if (state->monitor == NULL)
        return;
    g_signal_connect(state->monitor, "closed", G_CALLBACK(on_closed), state);
    g_signal_connect(state->monitor, "event", G_CALLBACK(on_event), state);
}

static void
on_answer(GObject *source, GAsyncResult *result, gpointer user_data)
{
    State *state = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) value = firn_channel_call_finish(FIRN_CHANNEL(source), result, &error);

    g_assert_true((value == NULL) == (error != NULL));
    state->answered++;
}

static void
ask_again(const GString *heard, gpointer user_data)
{
    State *state = user_data;

    /* No command is sent before the capabilities are negotiated. */
    if (strstr(heard->str, "query-status") != NULL)
        g_assert_nonnull(strstr(heard->str, "qmp_capabilities"));
    if (state->monitor == NULL || state->asked > state->answered + 3)
        return;
    state->asked++;
    firn_channel_call_async(state->monitor,
                            "query-status",
                            NULL,
                            DEADLINE_MS,
                            NULL,
                            on_answer,
                            state);
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autoptr(FirnScriptPeer) peer = firn_script_peer_new();
    State state = {peer, NULL};

    firn_monitor_client_open_async(firn_script_peer_get_path(peer), 0, NULL, on_opened, &state);
    firn_script_peer_play(peer, bytes, length, ask_again, &state);
    /* The peer is gone: every waiting call has ended, once. */
    g_assert_cmpuint(state.opened, ==, 1);
    g_assert_cmpuint(state.answered, ==, state.asked);
    g_assert_cmpuint(state.closed, ==, state.monitor != NULL);
    if (state.monitor != NULL)
        g_signal_handlers_disconnect_by_data(state.monitor, &state);
    g_clear_object(&state.monitor);
    firn_script_drain();
}
