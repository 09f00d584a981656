/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/**
 * FirnLeaseView:
 *
 * Reads firnd's reports about the freeze windows of VMs from a quiesce descriptor, and prints them.
 */
typedef struct _FirnLeaseView FirnLeaseView;

/**
 * firn_lease_view_new:
 * @lease: (transfer full): the descriptor that Manager.Quiesce has returned
 *
 * Returns: (transfer full): an empty view
 */
FirnLeaseView *firn_lease_view_new(int lease);

/**
 * firn_lease_view_free:
 * @self: (nullable): a view; closes the lease, if that has not been done
 */
void firn_lease_view_free(FirnLeaseView *self);

/**
 * firn_lease_view_add_vm:
 * @self: a view
 * @uuid: of a VM that is held
 * @name: its name
 */
void firn_lease_view_add_vm(FirnLeaseView *self, const char *uuid, const char *name);

/**
 * firn_lease_view_get_lease:
 * @self: a view
 *
 * Returns: the descriptor
 */
int firn_lease_view_get_lease(FirnLeaseView *self);

/**
 * firn_lease_view_dup_names:
 * @self: a view
 *
 * Returns: (transfer full): names of the VMs, separated by spaces
 */
char *firn_lease_view_dup_names(FirnLeaseView *self);

/**
 * firn_lease_view_read_some:
 * @self: a view
 *
 * Reads the reports that have arrived.
 *
 * Returns: (transfer full): one clause: which window has ended early, and why; printable
 */
char *firn_lease_view_read_some(FirnLeaseView *self);

/**
 * firn_lease_view_finish:
 * @self: a view
 *
 * Tells firnd that the work is done, and waits until all guests are thawed.
 *
 * Returns: %TRUE if all windows have held
 */
gboolean firn_lease_view_finish(FirnLeaseView *self);

/**
 * firn_lease_view_print:
 * @self: a view that has finished
 * @cli: the command line
 * @command_status: exit status of the command
 *
 * Prints a line for each VM on stderr, or all as JSON on stdout.
 */
void firn_lease_view_print(FirnLeaseView *self, FirnCli *cli, int command_status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLeaseView, firn_lease_view_free)
