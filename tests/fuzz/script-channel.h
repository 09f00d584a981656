/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "json-guard.h"

/**
 * FirnScriptChannel:
 *
 * A channel without a peer: each line of an input is the answer to the next command, or an event
 * that comes after the answer before it. Commands are answered for as long as there are lines, also
 * after "closed". "$id" in a line stands for the "job-id" or "id" of the last command that had one.
 */
#define FIRN_TYPE_SCRIPT_CHANNEL (firn_script_channel_get_type())
G_DECLARE_FINAL_TYPE(FirnScriptChannel, firn_script_channel, FIRN, SCRIPT_CHANNEL, GObject)

/**
 * firn_script_channel_new:
 * @bytes: an input
 * @length: its bytes
 * @limits: what a peer of that kind may say
 *
 * Starts the main loop in a thread when first used, so that a target is the straight-line code of a
 * job.
 *
 * Returns: (transfer full): a channel
 */
FirnChannel *firn_script_channel_new(const guint8 *bytes,
                                     gsize length,
                                     const FirnJsonLimits *limits);

/**
 * firn_script_channel_rewind:
 * @channel: a channel of this kind that is used by nobody
 *
 * The next command gets the first answer again.
 */
void firn_script_channel_rewind(FirnChannel *channel);
