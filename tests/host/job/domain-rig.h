/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "job-rig.h"
#include "libvirt-vm.h"

#define FIRN_TEST_DOMAIN_UUID "11111111-1111-4222-8333-123456789abc"

/**
 * FirnTestDomainRig:
 * @job: its VM, jobs, catalogue
 * @link: to libvirt
 * @news: gets an item when the link is open
 * @images: its disks vda and vdb
 * @facts: libvirt's view of it
 * @connection: the test's own
 * @domain: the domain, "web1"
 *
 * A domain of libvirt's test driver, which is off and whose guest is recorded as shut down: its
 * images are real, and so is the list of its snapshots.
 */
typedef struct {
    FirnTestJobRig job;
    FirnLibvirtConnection *link; /* (owned) */
    GAsyncQueue *news;           /* (owned) */
    char *images[2];             /* (owned) */
    FirnDomainFacts *facts;      /* (owned) */
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
 * @data: not used
 *
 * For g_test_add().
 */
void firn_test_domain_rig_tear_down(FirnTestDomainRig *self, gconstpointer data);

/**
 * firn_test_domain_rig_make:
 * @name: of the snapshot
 *
 * Returns: (transfer full): a new snapshot
 */
FirnSnapshot *firn_test_domain_rig_make(FirnTestDomainRig *self, const char *name);

/**
 * firn_test_domain_rig_lists:
 * @snapshot: a record
 *
 * Returns: whether libvirt lists it
 */
gboolean firn_test_domain_rig_lists(FirnTestDomainRig *self, const FirnSnapshot *snapshot);

/**
 * firn_test_domain_rig_is_listed:
 * @tag: of a snapshot
 *
 * Returns: whether libvirt lists it
 */
gboolean firn_test_domain_rig_is_listed(FirnTestDomainRig *self, const char *tag);

/**
 * firn_test_domain_rig_list:
 * @name: of a snapshot
 * @more: other elements of its `<domainsnapshot>`, at least `<state>` and `<creationTime>`
 *
 * Does what virsh does: libvirt lists the snapshot as the current one. No disk is changed.
 */
void firn_test_domain_rig_list(FirnTestDomainRig *self, const char *name, const char *more);

/**
 * firn_test_domain_rig_run_tool:
 * @option: of `qemu-img snapshot`: "-c" or "-d"
 *
 * Does what qemu-img does, on both images.
 */
void firn_test_domain_rig_run_tool(FirnTestDomainRig *self, const char *option, const char *tag);

/**
 * firn_test_domain_rig_assert_verified:
 * @is_repair: whether to repair what can be repaired
 * @expected: "SUBJECT=STATE " for each finding of firn verify
 */
void firn_test_domain_rig_assert_verified(FirnTestDomainRig *self,
                                          gboolean is_repair,
                                          const char *expected);
