/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/**
 * FirnQuiesceReport:
 *
 * Reads firnd's reports about the freeze windows of VMs from a quiesce descriptor, and prints them.
 */
typedef struct _FirnQuiesceReport FirnQuiesceReport;

/**
 * firn_quiesce_report_new:
 * @lease: (transfer full): the descriptor that Manager.Quiesce has returned
 *
 * Returns: (transfer full): an empty view
 */
FirnQuiesceReport *firn_quiesce_report_new(int lease);

/**
 * firn_quiesce_report_free:
 * @self: (nullable): a view; closes the lease, if that has not been done
 */
void firn_quiesce_report_free(FirnQuiesceReport *self);

/**
 * firn_quiesce_report_add_vm:
 * @uuid: of a VM that is held
 */
void firn_quiesce_report_add_vm(FirnQuiesceReport *self, const char *uuid, const char *name);

/**
 * firn_quiesce_report_get_lease:
 *
 * Returns: the descriptor
 */
int firn_quiesce_report_get_lease(FirnQuiesceReport *self);

/**
 * firn_quiesce_report_dup_names:
 *
 * Returns: (transfer full): names of the VMs, separated by spaces
 */
char *firn_quiesce_report_dup_names(FirnQuiesceReport *self);

/**
 * firn_quiesce_report_read_some:
 *
 * Reads the reports that have arrived.
 *
 * Returns: (transfer full): one clause: which window has ended early, and why; printable
 */
char *firn_quiesce_report_read_some(FirnQuiesceReport *self);

/**
 * firn_quiesce_report_finish:
 *
 * Tells firnd that the work is done, and waits until all guests are thawed.
 *
 * Returns: %TRUE if all windows have held
 */
gboolean firn_quiesce_report_finish(FirnQuiesceReport *self);

/**
 * firn_quiesce_report_print:
 * @self: a view that has finished
 * @command_status: exit status of the command
 *
 * Prints a line for each VM on stderr, or all as JSON on stdout.
 */
void firn_quiesce_report_print(FirnQuiesceReport *self, FirnCli *cli, int command_status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQuiesceReport, firn_quiesce_report_free)
