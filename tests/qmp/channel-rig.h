/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "fake-agent.h"
#include "fake-monitor.h"
#include "loop-thread.h"

/* Opens the product's clients on scripted peers, for tests that are written like a job: the main
 * loop runs in a thread of its own. */

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
