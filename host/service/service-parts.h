/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "authority.h"
#include "backend.h"
#include "hook-server.h"
#include "jobs.h"
#include "vm-source.h"

/**
 * FirnServiceParts:
 * @server: where objects are shown
 * @source: where VMs come from
 * @jobs: all jobs
 * @backend: stores disks
 * @authority: says who may do what
 * @state_dir: where catalogues are kept
 * @hook: (nullable): where libvirt's hook asks
 *
 * What the objects on the bus call. Belongs to the service and outlives them.
 */
typedef struct {
    GDBusObjectManagerServer *server; /* (owned) */
    FirnVmSource *source;             /* (owned) */
    FirnJobs *jobs;                   /* (owned) */
    FirnBackend *backend;             /* (owned) */
    FirnAuthority *authority;         /* (owned) */
    char *state_dir;                  /* (owned) */
    FirnHookServer *hook;             /* (owned) (nullable) */
} FirnServiceParts;
