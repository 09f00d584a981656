/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "catalogue-store.h"
#include "jobs.h"
#include "vm-source.h"

/**
 * FirnHookServer:
 *
 * Answers libvirt's hook over a socket, using memory only: libvirt waits for the answer, and firnd
 * may be waiting for libvirt at that moment. Main loop only.
 *
 * A request is the operation on a line and the domain's XML, ended by shutting down the sending
 * side; the answer is a line with "ok", or "no: " and a sentence.
 */
#define FIRN_TYPE_HOOK_SERVER (firn_hook_server_get_type())
G_DECLARE_FINAL_TYPE(FirnHookServer, firn_hook_server, FIRN, HOOK_SERVER, GObject)

/**
 * FirnHookServerSetup:
 * @source: the VMs; not started yet
 * @jobs: the jobs on them
 * @store: all catalogues
 *
 * What the answers depend on.
 */
typedef struct {
    FirnVmSource *source;      /* (unowned) */
    FirnJobs *jobs;            /* (unowned) outlives the server */
    FirnCatalogueStore *store; /* (unowned) */
} FirnHookServerSetup;

/**
 * firn_hook_server_new:
 * @setup: copied, with references
 *
 * Returns: (transfer full): a server that does not listen
 */
FirnHookServer *firn_hook_server_new(const FirnHookServerSetup *setup);

/**
 * firn_hook_server_listen:
 * @path: of the socket; a stale socket at that path is replaced
 *
 * Only root and the user of firnd may connect.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY while another firnd listens there; those of GIO.
 *
 * Returns: %TRUE if it listens
 */
gboolean firn_hook_server_listen(FirnHookServer *self, const char *path, GError **error);

/**
 * firn_hook_server_get_last_heard_us:
 *
 * Returns: microseconds since the epoch of the last request from libvirt's hook; 0: none yet
 */
gint64 firn_hook_server_get_last_heard_us(FirnHookServer *self);
