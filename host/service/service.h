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
 * firnd's service on the bus. Main loop only.
 *
 * Signal "ready" (): the name is owned and all objects are exported. Signal "lost" (): the name
 * could not be acquired, or was lost. Signal "changed" (): a VM or a job was added or removed.
 */
#define FIRN_TYPE_SERVICE (firn_service_get_type())
G_DECLARE_FINAL_TYPE(FirnService, firn_service, FIRN, SERVICE, GObject)

/**
 * FirnServiceSetup:
 * @connection: the bus
 * @is_system_bus: whether to ask polkit about callers other than root
 * @source: source of VMs; not started yet
 * @jobs: the jobs
 * @backend: makes, reverts and deletes snapshots of disks
 * @state_dir: folder of the catalogues
 * @hooks_dir: folder of the host's hooks
 * @hook: (nullable): server for libvirt's hook
 *
 * The parts of a service.
 */
typedef struct {
    GDBusConnection *connection;
    gboolean is_system_bus;
    FirnVmSource *source;
    FirnJobs *jobs;
    FirnBackend *backend;
    const char *state_dir;
    const char *hooks_dir;
    FirnHookServer *hook;
} FirnServiceSetup;

/**
 * firn_service_new:
 * @setup: its parts; references are taken
 *
 * Returns: (transfer full): a service that exports nothing yet
 */
FirnService *firn_service_new(const FirnServiceSetup *setup);

/**
 * firn_service_start:
 *
 * Starts the source, exports all objects, then requests the bus name.
 */
void firn_service_start(FirnService *self);

/**
 * firn_service_count_vms:
 *
 * Returns: number of exported VMs
 */
guint firn_service_count_vms(FirnService *self);
