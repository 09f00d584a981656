/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "event-clock.h"
#include "guest-info.h"
#include "knobs.h"
#include "vm.h"

/**
 * FirnGuestCheck:
 * @vm: the VM
 * @knobs: how patient to be
 * @alternative: (nullable): what else can be done without an agent: "or accept ..."; %NULL: nothing
 * @evidence: gets what is seen
 * @clock: for the times of the evidence
 * @monitor: (nullable): the running VM's monitor; %NULL: the VM is off
 * @agent: (nullable): the guest's agent, if it can be frozen
 * @os_id: (nullable): the guest's system
 * @frozen_at: (nullable) (element-type utf8 utf8): set of the places, as firn_disk_address_new()
 * has them, of the disks on which the file systems lie that a freeze freezes; %NULL: not known of
 * each
 * @blockers: (element-type FirnBlocker): why the guest cannot be frozen
 *
 * What is known about a VM and its guest before the guest is frozen: all that a freeze needs.
 */
typedef struct {
    FirnVm *vm; /* (owned) */
    FirnKnobs knobs;
    const char *alternative; /* (unowned) (nullable) a constant */
    FirnEvidence *evidence;  /* (unowned) */
    FirnEventClock clock;
    FirnChannel *monitor;  /* (owned) (nullable) */
    FirnChannel *agent;    /* (owned) (nullable) */
    char *os_id;           /* (owned) (nullable) */
    GHashTable *frozen_at; /* (owned) (nullable) (element-type utf8 utf8) */
    GPtrArray *blockers;   /* (owned) (element-type FirnBlocker) */
} FirnGuestCheck;

/**
 * firn_guest_check_new:
 * @vm: the VM
 * @knobs: how patient to be; copied
 * @alternative: (nullable): a constant; see #FirnGuestCheck
 * @evidence: gets what is seen; outlives the check
 *
 * Returns: (transfer full): nothing looked at yet
 */
FirnGuestCheck *firn_guest_check_new(FirnVm *vm,
                                     const FirnKnobs *knobs,
                                     const char *alternative,
                                     FirnEvidence *evidence);

/**
 * firn_guest_check_look:
 * @self: a check
 * @cancellable: (nullable): ends the looking
 *
 * Looks at the VM's run state; first of all. Job threads only.
 *
 * Returns: %FALSE if nothing more can be learned
 */
gboolean firn_guest_check_look(FirnGuestCheck *self, GCancellable *cancellable);

/**
 * firn_guest_check_ask_qemu:
 * @self: a check that has looked
 * @cancellable: (nullable): ends the looking
 *
 * Asks QEMU for other work on the VM: block jobs, a migration. Job threads only.
 */
void firn_guest_check_ask_qemu(FirnGuestCheck *self, GCancellable *cancellable);

/**
 * firn_guest_check_ask_guest:
 * @self: a check that has looked
 * @cancellable: (nullable): ends the looking
 *
 * Asks the guest's agent whether it can freeze, whether it has been frozen by others, and for the
 * file systems, unless no freeze is wanted. Job threads only.
 */
void firn_guest_check_ask_guest(FirnGuestCheck *self, GCancellable *cancellable);

/**
 * firn_guest_check_run:
 * @self: a check
 * @cancellable: (nullable): ends the looking
 *
 * All of it: looks, asks QEMU and the guest. Job threads only.
 */
void firn_guest_check_run(FirnGuestCheck *self, GCancellable *cancellable);

/**
 * firn_guest_check_can_freeze:
 * @type: of a file system, "ext4"
 *
 * Returns: whether a freeze is expected to freeze it
 */
gboolean firn_guest_check_can_freeze(const char *type);

/**
 * firn_guest_check_get_frozen_max_ms:
 * @self: a check
 *
 * Returns: how long the guest may stay frozen
 */
guint firn_guest_check_get_frozen_max_ms(const FirnGuestCheck *self);

/**
 * firn_guest_check_free:
 * @self: (nullable): a check
 *
 * Lets go of the agent. Job threads only.
 */
void firn_guest_check_free(FirnGuestCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnGuestCheck, firn_guest_check_free)
