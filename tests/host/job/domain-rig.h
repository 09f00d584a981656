/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "job-rig.h"
#include "libvirt-vm.h"

/**
 * FirnTestDomainRig:
 * @job: its VM, jobs, catalogue
 * @link: to libvirt
 * @news: something when the link is open
 * @images: its disks vda and vdb
 * @facts: what libvirt says of it
 * @connection: the test's own
 * @domain: the domain, "web1"
 *
 * A domain of libvirt's driver for tests, which is off: its images are real, and so is the list of
 * its snapshots.
 */
typedef struct {
    FirnTestJobRig job;
    FirnLibvirtLink *link;  /* (owned) */
    GAsyncQueue *news;      /* (owned) */
    char *images[2];        /* (owned) */
    FirnDomainFacts *facts; /* (owned) */
    virConnectPtr connection;
    virDomainPtr domain;
} FirnTestDomainRig;

/**
 * firn_test_domain_rig_set_up:
 * @self: (out): a rig
 * @data: not used
 *
 * For g_test_add().
 */
void firn_test_domain_rig_set_up(FirnTestDomainRig *self, gconstpointer data);

/**
 * firn_test_domain_rig_tear_down:
 * @self: a rig
 * @data: not used
 *
 * For g_test_add().
 */
void firn_test_domain_rig_tear_down(FirnTestDomainRig *self, gconstpointer data);

/**
 * firn_test_domain_rig_make:
 * @self: a rig
 * @name: of the snapshot
 *
 * Returns: (transfer full): a snapshot that was made
 */
FirnSnapshot *firn_test_domain_rig_make(FirnTestDomainRig *self, const char *name);

/**
 * firn_test_domain_rig_lists:
 * @self: a rig
 * @snapshot: a record
 *
 * Returns: whether libvirt lists it
 */
gboolean firn_test_domain_rig_lists(FirnTestDomainRig *self, const FirnSnapshot *snapshot);
