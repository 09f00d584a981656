/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "agent-client.h"
#include "fuzz.h"
#include "script-peer.h"

#define DEADLINE_MS 3600000

typedef struct {
    FirnScriptPeer *peer; /* (unowned) */
    FirnChannel *agent;   /* (owned) (nullable) once synchronised */
    guint opened;         /* number of results of the opening */
    guint asked;
    guint answered;
    guint closed;
} State;

static void
on_closed(FirnChannel *agent, gpointer user_data)
{
    State *state = user_data;

    state->closed++;
}

static void
on_opened(GObject *source, GAsyncResult *result, gpointer user_data)
{
    State *state = user_data;
    g_autoptr(GError) error = NULL;

    state->opened++;
    state->agent = firn_channel_open_finish(result, &error);
    g_assert_true((state->agent == NULL) == (error != NULL));
    if (state->agent == NULL)
        return;
    /* Only a peer that has read the number can have sent it. */
    g_assert_cmpuint(firn_script_peer_count_quoted(state->peer), >, 0);
    g_signal_connect(state->agent, "closed", G_CALLBACK(on_closed), state);
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

/* No command is sent after a synchronisation that was not answered. */
static void
assert_order(const GString *heard, guint quoted)
{
    guint syncs = 0, commands = 0;
    const char *sync = NULL, *command = NULL;

    for (const char *at = heard->str; (at = strstr(at, "guest-sync-delimited")) != NULL;
         at++, syncs++)
        sync = at;
    for (const char *at = heard->str; (at = strstr(at, "guest-info")) != NULL; at++, commands++)
        command = at;
    if (commands > 0)
        g_assert_cmpuint(quoted, >, 0);
    if (command != NULL && sync != NULL && command > sync)
        g_assert_cmpuint(quoted, >=, 1);
    g_assert_cmpuint(syncs, >, 0);
}

static void
ask_again(const GString *heard, gpointer user_data)
{
    State *state = user_data;

    assert_order(heard, firn_script_peer_count_quoted(state->peer));
    if (state->agent == NULL || state->asked > state->answered)
        return;
    state->asked++;
    firn_channel_call_async(state->agent, "guest-info", NULL, DEADLINE_MS, NULL, on_answer, state);
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autoptr(FirnScriptPeer) peer = firn_script_peer_new();
    State state = {peer, NULL};

    firn_agent_client_open_async(firn_script_peer_get_path(peer),
                                 0,
                                 DEADLINE_MS,
                                 NULL,
                                 on_opened,
                                 &state);
    firn_script_peer_play(peer, bytes, length, ask_again, &state);
    /* The peer is gone: every waiting call has ended, once. */
    g_assert_cmpuint(state.opened, ==, 1);
    g_assert_cmpuint(state.answered, ==, state.asked);
    g_assert_cmpuint(state.closed, ==, state.agent != NULL);
    if (state.agent != NULL)
        g_signal_handlers_disconnect_by_data(state.agent, &state);
    g_clear_object(&state.agent);
    firn_script_drain();
}
