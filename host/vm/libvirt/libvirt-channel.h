/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "libvirt-connection.h"
#include "send-order.h"

/**
 * FirnLibvirtChannel:
 *
 * A domain's QEMU monitor or guest agent, reached through libvirt. Calls of libvirt block, some of
 * them without limit, so each runs in a thread, and firn's own deadline ends the wait. While
 * libvirt reports the domain as busy, the call is repeated until its deadline. A command that was
 * cancelled before it was sent is never sent; one that was cancelled later delays later commands to
 * the same peer, so that commands arrive in the order of their calls.
 */
#define FIRN_TYPE_LIBVIRT_CHANNEL (firn_libvirt_channel_get_type())
G_DECLARE_FINAL_TYPE(FirnLibvirtChannel, firn_libvirt_channel, FIRN, LIBVIRT_CHANNEL, GObject)

/**
 * FirnLibvirtPeer:
 * @FIRN_LIBVIRT_PEER_MONITOR: QEMU's monitor, by passthrough
 * @FIRN_LIBVIRT_PEER_AGENT: the guest agent; freeze and thaw by libvirt's own functions, everything
 * else by passthrough. libvirt synchronises the agent.
 */
typedef enum {
    FIRN_LIBVIRT_PEER_MONITOR,
    FIRN_LIBVIRT_PEER_AGENT,
} FirnLibvirtPeer;

/**
 * firn_libvirt_channel_new:
 * @link: connection to libvirt
 * @uuid: an active domain
 * @peer: what to talk to
 * @order: send order of that peer of that domain, shared by all its channels
 *
 * Returns: (transfer full): an open channel
 */
FirnLibvirtChannel *firn_libvirt_channel_new(FirnLibvirtConnection *link,
                                             const char *uuid,
                                             FirnLibvirtPeer peer,
                                             FirnSendOrder *order);
