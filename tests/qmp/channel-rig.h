/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "fake-agent.h"
#include "fake-monitor.h"
#include "loop-thread.h"

/* Opens the product's clients on scripted peers, for tests that are written like a job: the main
 * loop runs in a thread of its own. */

/**
 * FirnTestAgentRig:
 * @loop: the main loop's thread
 * @fake: an agent of a guest with two file systems
 * @peer: its peer
 * @agent: a synchronised channel to it
 *
 * A fixture for tests of the agent's commands.
 */
typedef struct {
    FirnTestLoopThread *loop; /* (owned) */
    FirnTestFakeAgent *fake;  /* (owned) */
    FirnTestPeer *peer;       /* (unowned) */
    FirnChannel *agent;       /* (owned) */
} FirnTestAgentRig;

/**
 * firn_test_agent_rig_set_up:
 * @data: nothing
 *
 * Starts the loop and opens the channel.
 */
void firn_test_agent_rig_set_up(FirnTestAgentRig *self, gconstpointer data);

/**
 * firn_test_agent_rig_tear_down:
 * @data: nothing
 *
 * Closes all.
 */
void firn_test_agent_rig_tear_down(FirnTestAgentRig *self, gconstpointer data);

/**
 * firn_test_open_monitor:
 * @path: the peer's socket
 *
 * Returns: (transfer full): an open monitor; %NULL with @error set
 */
FirnChannel *firn_test_open_monitor(const char *path, GError **error);

/**
 * firn_test_open_agent:
 * @path: the peer's socket
 * @deadline_ms: for synchronising
 *
 * Returns: (transfer full): a synchronised agent; %NULL with @error set
 */
FirnChannel *firn_test_open_agent(const char *path, guint deadline_ms, GError **error);

/**
 * firn_test_answer:
 * @command: part of a request
 * @value: JSON text
 *
 * Makes the peer reply @value to every such request from now on.
 */
void firn_test_answer(FirnTestPeer *peer, const char *command, const char *value);

/**
 * firn_test_close_channel:
 * @channel: (transfer full): a monitor or an agent
 *
 * Closes it on the main loop.
 */
void firn_test_close_channel(FirnChannel *channel);
