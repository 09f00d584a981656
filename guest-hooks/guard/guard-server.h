/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guard.h"

#define FIRN_SERVER_QUEUE_MAX 8

/**
 * FirnServer:
 * @guard: (unowned): does what clients ask for
 * @clients: connections whose request waits, and what they ask for
 * @is_busy: whether a request is being served
 *
 * The guard's socket. One request is served after the other; a thaw or an abort cancels a freeze.
 */
typedef struct FirnServer {
    FirnGuard *guard;
    int listener;
    struct {
        int socket;
        FirnVerb verb;
    } clients[FIRN_SERVER_QUEUE_MAX];
    unsigned n_clients;
    bool is_busy;
} FirnServer;

/**
 * firn_server_open:
 * @guard: (unowned): must outlive @self; its waiter serves the socket from now on
 *
 * Makes the socket. Of several guards one can.
 */
bool firn_server_open(FirnServer *self, FirnGuard *guard, FirnReason *reason);

/**
 * firn_server_run:
 *
 * Serves clients, and looks after the window, until SIGTERM or SIGINT.
 */
void firn_server_run(FirnServer *self);

/**
 * firn_server_close:
 *
 * Closes the socket.
 */
void firn_server_close(FirnServer *self);
