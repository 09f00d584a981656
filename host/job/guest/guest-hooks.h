/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-check.h"

/**
 * FirnGuestHooks:
 *
 * What firn and firn-guard, in a Linux guest, have to say to each other about one freeze: a request
 * before it, with a token and the time after which the guest thaws itself, and a report after it
 * (guest-hooks/README.md).
 */
typedef struct _FirnGuestHooks FirnGuestHooks;

/**
 * firn_guest_hooks_request:
 * @check: a check that found an agent
 *
 * Leaves a request in the guest. Has to be called before the freeze is sent; waits ten seconds at
 * most for each answer of the agent. Job threads only.
 *
 * Uses the port org.firn.guard.0 if the agent does not permit to write files.
 *
 * Returns: (transfer full) (nullable): the conversation; %NULL if the guest has no firn-guard, or
 * if neither its agent nor a port leads to it
 */
FirnGuestHooks *firn_guest_hooks_request(FirnGuestCheck *check, GCancellable *cancellable);

/**
 * firn_guest_hooks_read:
 * @agent: an agent whose guest is not frozen
 * @token: (nullable): of a freeze; %NULL: whatever the guest has
 *
 * Reads the last report of firn-guard. Waits ten seconds at most for each answer of the agent. Job
 * threads only.
 *
 * Errors: those of firn_guest_file_read() and firn_guest_report_parse().
 *
 * Returns: (transfer full): the report; %NULL with @error set
 */
FirnGuestReport *firn_guest_hooks_read(FirnChannel *agent, const char *token, GError **error);

/**
 * firn_guest_hooks_read_port:
 * @port: the socket of the port org.firn.guard.0
 * @token: (nullable): of a freeze; %NULL: whatever the guest has
 *
 * As firn_guest_hooks_read(), without the agent. Waits ten seconds at most.
 *
 * Errors: those of firn_guard_port_read_report() and firn_guest_report_parse().
 *
 * Returns: (transfer full): the report; %NULL with @error set
 */
FirnGuestReport *firn_guest_hooks_read_port(const char *port, const char *token, GError **error);

/**
 * firn_guest_hooks_collect:
 * @self: (nullable): the conversation; %NULL: nothing happens
 * @agent: an agent whose guest is not frozen
 *
 * Reads the report of that freeze into the evidence. Waits ten seconds at most for each answer of
 * the agent. Job threads only.
 */
void firn_guest_hooks_collect(FirnGuestHooks *self, FirnChannel *agent, FirnEvidence *evidence);

/**
 * firn_guest_hooks_collect_thawed:
 * @self: (nullable): the conversation; %NULL: nothing happens
 * @vm: a VM whose guest was thawed, and whose agent is free
 *
 * As firn_guest_hooks_collect(). Says in the evidence if there is no report. Job threads only.
 */
void firn_guest_hooks_collect_thawed(FirnGuestHooks *self, FirnVm *vm, FirnEvidence *evidence);

void firn_guest_hooks_free(FirnGuestHooks *self);
