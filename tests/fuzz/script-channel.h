/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "json-guard.h"

/**
 * FirnScriptChannel:
 *
 * A channel without a peer: each line of an input is the reply to the next command, or an event
 * that comes after the reply before it. Commands get replies for as long as there are lines, also
 * after "closed". "$id" in a line is replaced by the "job-id" or "id" of the last command that had
 * one.
 */
#define FIRN_TYPE_SCRIPT_CHANNEL (firn_script_channel_get_type())
G_DECLARE_FINAL_TYPE(FirnScriptChannel, firn_script_channel, FIRN, SCRIPT_CHANNEL, GObject)

/**
 * firn_script_channel_new:
 * @bytes: an input
 * @length: its length in bytes
 * @limits: the limits of that kind of peer
 *
 * Starts the main loop in a thread on the first call, so that a target can be written like a job.
 *
 * Returns: (transfer full): a channel
 */
FirnChannel *firn_script_channel_new(const guint8 *bytes,
                                     gsize length,
                                     const FirnJsonLimits *limits);

/**
 * firn_script_channel_rewind:
 * @channel: a channel of this kind that is not in use
 *
 * The next command gets the first reply again.
 */
void firn_script_channel_rewind(FirnChannel *channel);
