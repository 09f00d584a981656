/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "backend.h"
#include "hook-server.h"
#include "jobs.h"
#include "vm-source.h"

/**
 * FirnService:
 *
 * firnd's face on the bus. Main loop only.
 *
 * Signal "ready" (): the name is owned and everything is shown. Signal "lost" (): the name could
 * not be had, or is gone. Signal "changed" (): a VM or a job has come or gone.
 */
#define FIRN_TYPE_SERVICE (firn_service_get_type())
G_DECLARE_FINAL_TYPE(FirnService, firn_service, FIRN, SERVICE, GObject)

/**
 * FirnServiceSetup:
 * @connection: the bus
 * @is_system_bus: whether callers are strangers, for whom polkit is asked
 * @source: where VMs come from; not started yet
 * @jobs: the jobs
 * @backend: stores disks
 * @state_dir: where catalogues are kept
 * @hook: (nullable): where libvirt's hook asks
 *
 * What a service is made of.
 */
typedef struct {
    GDBusConnection *connection;
    gboolean is_system_bus;
    FirnVmSource *source;
    FirnJobs *jobs;
    FirnBackend *backend;
    const char *state_dir;
    FirnHookServer *hook;
} FirnServiceSetup;

/**
 * firn_service_new:
 * @setup: what it is made of; references are taken
 *
 * Returns: (transfer full): a service that shows nothing yet
 */
FirnService *firn_service_new(const FirnServiceSetup *setup);

/**
 * firn_service_start:
 * @self: a service
 *
 * Starts the source, shows everything, and then asks for the bus name.
 */
void firn_service_start(FirnService *self);

/**
 * firn_service_count_vms:
 * @self: a service
 *
 * Returns: how many VMs are shown
 */
guint firn_service_count_vms(FirnService *self);
