/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "authority.h"
#include "backend.h"
#include "hook-server.h"
#include "jobs.h"
#include "vm-source.h"

/**
 * FirnServiceParts:
 * @server: exports objects on the bus
 * @source: source of VMs
 * @jobs: all jobs
 * @backend: makes, reverts and deletes snapshots of disks
 * @authority: decides who may do what
 * @state_dir: folder of the catalogues
 * @hooks_dir: folder of the host's hooks
 * @hook: (nullable): server for libvirt's hook
 *
 * What objects on the bus use. Owned by the service, and outlives them.
 */
typedef struct {
    GDBusObjectManagerServer *server; /* (owned) */
    FirnVmSource *source;             /* (owned) */
    FirnJobs *jobs;                   /* (owned) */
    FirnBackend *backend;             /* (owned) */
    FirnAuthority *authority;         /* (owned) */
    char *state_dir;                  /* (owned) */
    char *hooks_dir;                  /* (owned) */
    FirnHookServer *hook;             /* (owned) (nullable) */
} FirnServiceParts;
