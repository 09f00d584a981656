/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "libvirt-link.h"
#include "send-order.h"

/**
 * FirnLibvirtChannel:
 *
 * A domain's QEMU monitor or guest agent, carried by libvirt. libvirt's calls block, some of them
 * for ever: each runs in a thread, and firn's own deadline ends the waiting for it. While libvirt
 * says that somebody else has the domain, a call is tried again until its deadline. What was given
 * up before it was sent is never sent; what was given up later holds up what is sent to the same
 * peer after it, so that commands arrive in the order in which they were called.
 */
#define FIRN_TYPE_LIBVIRT_CHANNEL (firn_libvirt_channel_get_type())
G_DECLARE_FINAL_TYPE(FirnLibvirtChannel, firn_libvirt_channel, FIRN, LIBVIRT_CHANNEL, GObject)

/**
 * FirnLibvirtPeer:
 * @FIRN_LIBVIRT_PEER_MONITOR: QEMU's monitor, by passthrough
 * @FIRN_LIBVIRT_PEER_AGENT: the guest agent; freeze and thaw by libvirt's own calls for them, all
 * else by passthrough. libvirt synchronises it.
 */
typedef enum {
    FIRN_LIBVIRT_PEER_MONITOR,
    FIRN_LIBVIRT_PEER_AGENT,
} FirnLibvirtPeer;

/**
 * firn_libvirt_channel_new:
 * @link: where libvirt is
 * @uuid: an active domain
 * @peer: whom to talk to
 * @order: of that peer of that domain, whichever channel talks to it
 *
 * Returns: (transfer full): an open channel
 */
FirnLibvirtChannel *firn_libvirt_channel_new(FirnLibvirtLink *link,
                                             const char *uuid,
                                             FirnLibvirtPeer peer,
                                             FirnSendOrder *order);

/**
 * firn_libvirt_channel_close:
 * @self: a channel
 *
 * The domain or libvirt is gone: ends what waits with %FIRN_QMP_ERROR_CLOSED. Main loop only.
 */
void firn_libvirt_channel_close(FirnLibvirtChannel *self);
