/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-check.h"

/**
 * FirnVssGuest:
 *
 * What firn and firn-vss.exe, in a Windows guest, have to say to each other about one freeze: which
 * snapshot was the last before it, and the record of it afterwards (vss-windows/commands). The
 * guest runs a program for each, so nothing is asked while it is frozen.
 */
typedef struct _FirnVssGuest FirnVssGuest;

/**
 * firn_vss_guest_ask:
 * @check: a check that found an agent, which it may lose; its evidence gets a report without a
 * record
 *
 * Has to be called before the freeze is sent; waits ten seconds at most. Job threads only.
 *
 * Returns: (transfer full) (nullable): the conversation; %NULL if the guest is not Windows
 */
FirnVssGuest *firn_vss_guest_ask(FirnGuestCheck *check, GCancellable *cancellable);

/**
 * firn_vss_guest_collect:
 * @self: (nullable): the conversation; %NULL: nothing happens
 * @vm: a VM whose guest was thawed, and whose agent is free
 * @evidence: of the freeze; its report gets the record, and why it does not suffice
 *
 * Waits 70 seconds at most, and only then that long if the guest's VSS hangs. Job threads only.
 */
void firn_vss_guest_collect(FirnVssGuest *self, FirnVm *vm, FirnEvidence *evidence);

/**
 * firn_vss_guest_run:
 * @agent: an agent of a Windows guest that is not frozen
 * @verb: "status" ...: with --json
 * @deadline_ms: how long to wait
 *
 * Errors: those of firn_guest_exec_run(); %FIRN_QMP_ERROR_REFUSED if the guest has no firn-vss.
 *
 * Returns: (transfer full): what it printed, NUL-terminated beyond its size; %NULL with @error set
 */
GBytes *firn_vss_guest_run(FirnChannel *agent,
                           const char *verb,
                           guint deadline_ms,
                           GCancellable *cancellable,
                           GError **error);

void firn_vss_guest_free(FirnVssGuest *self);
