/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnChardevState:
 * @FIRN_CHARDEV_UNKNOWN: QEMU has no character device on that socket, or does not say
 * @FIRN_CHARDEV_FREE: no client is connected to it
 * @FIRN_CHARDEV_TAKEN: a client is connected to it
 */
typedef enum {
    FIRN_CHARDEV_UNKNOWN,
    FIRN_CHARDEV_FREE,
    FIRN_CHARDEV_TAKEN,
} FirnChardevState;

/**
 * firn_chardev_query:
 * @monitor: monitor of a running QEMU
 * @path: the socket of a character device
 * @deadline_ms: how long to wait
 * @out_is_open: (out) (optional): whether a program in the guest has the other end open
 *
 * Distinguishes a socket that another client holds from an agent that does not run; a client that
 * connects cannot tell them apart. Source: query-chardev, qapi/char.json;
 * "disconnected:unix:PATH,server=on" in chardev/char-socket.c.
 *
 * Returns: the state that QEMU reports; UNKNOWN also if QEMU does not answer
 */
FirnChardevState firn_chardev_query(FirnChannel *monitor,
                                    const char *path,
                                    guint deadline_ms,
                                    GCancellable *cancellable,
                                    gboolean *out_is_open);
