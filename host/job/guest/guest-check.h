/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "event-clock.h"
#include "freeze-limits.h"
#include "guest-info.h"
#include "vm.h"

/**
 * FirnGuestCheck:
 * @vm: the VM
 * @limits: timeouts and quiesce mode of the freeze
 * @alternative: (nullable): what the caller can do without an agent: "or accept ..."; %NULL:
 * nothing
 * @evidence: gets what is found
 * @clock: for the times of the evidence
 * @monitor: (nullable): the running VM's monitor; %NULL: the VM is off
 * @agent: (nullable): the guest's agent, if it can be frozen
 * @os_id: (nullable): the guest's operating system
 * @has_files: whether the agent permits to read and write files
 * @has_exec: whether the agent permits to run programs
 * @frozen_at: (nullable) (element-type utf8 utf8): a set with the addresses, in the form of
 * firn_disk_address_new(), of the disks with file systems that a freeze freezes; %NULL: not all are
 * known
 * @blockers: (element-type FirnBlocker): why the guest cannot be frozen
 *
 * What is known about a VM and its guest before a freeze, and all that the freeze needs.
 */
typedef struct {
    FirnVm *vm; /* (owned) */
    FirnFreezeLimits limits;
    const char *alternative; /* (unowned) (nullable) a constant */
    FirnEvidence *evidence;  /* (unowned) */
    FirnEventClock clock;
    FirnChannel *monitor; /* (owned) (nullable) */
    FirnChannel *agent;   /* (owned) (nullable) */
    char *os_id;          /* (owned) (nullable) */
    gboolean has_files;
    gboolean has_exec;
    GHashTable *frozen_at; /* (owned) (nullable) (element-type utf8 utf8) */
    GPtrArray *blockers;   /* (owned) (element-type FirnBlocker) */
} FirnGuestCheck;

/**
 * firn_guest_check_new:
 * @limits: timeouts and quiesce mode of the freeze; copied
 * @alternative: (nullable): a constant; see #FirnGuestCheck
 * @evidence: gets what is found; outlives the check
 *
 * Returns: (transfer full): a check that has not looked yet
 */
FirnGuestCheck *firn_guest_check_new(FirnVm *vm,
                                     const FirnFreezeLimits *limits,
                                     const char *alternative,
                                     FirnEvidence *evidence);

/**
 * firn_guest_check_look:
 *
 * Queries the VM's run state. Has to be called first. Job threads only.
 *
 * Returns: %FALSE if there is nothing more to check
 */
gboolean firn_guest_check_look(FirnGuestCheck *self, GCancellable *cancellable);

/**
 * firn_guest_check_ask_qemu:
 * @self: a check that has looked
 *
 * Asks QEMU for other operations on the VM: block jobs, a migration. Job threads only.
 */
void firn_guest_check_ask_qemu(FirnGuestCheck *self, GCancellable *cancellable);

/**
 * firn_guest_check_ask_guest:
 * @self: a check that has looked
 *
 * Asks the guest's agent whether it can freeze, whether the guest is already frozen, and for the
 * file systems, unless no freeze is wanted. Job threads only.
 */
void firn_guest_check_ask_guest(FirnGuestCheck *self, GCancellable *cancellable);

/**
 * firn_guest_check_run:
 *
 * Runs all three: run state, QEMU, guest. Job threads only.
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
 * firn_guest_check_is_windows:
 *
 * Returns: whether the agent says that the guest is Windows, so that VSS freezes it
 */
gboolean firn_guest_check_is_windows(const FirnGuestCheck *self);

/**
 * firn_guest_check_get_freeze_wait_ms:
 *
 * Returns: how long the freeze's reply may take
 */
guint firn_guest_check_get_freeze_wait_ms(const FirnGuestCheck *self);

/**
 * firn_guest_check_get_frozen_max_ms:
 *
 * Returns: how long the guest may stay frozen after the freeze's reply. Once there is one, less if
 * it took so long that the limit for freeze and thaw together comes first
 */
guint firn_guest_check_get_frozen_max_ms(const FirnGuestCheck *self);

/**
 * firn_guest_check_get_in_all_max_ms:
 *
 * Returns: how long it may take from the freeze to the thaw; 0: there is no such limit
 */
guint firn_guest_check_get_in_all_max_ms(const FirnGuestCheck *self);

/**
 * firn_guest_check_free:
 * @self: (nullable): a check
 *
 * Releases the agent. Job threads only.
 */
void firn_guest_check_free(FirnGuestCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnGuestCheck, firn_guest_check_free)
