/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/**
 * FirnFindingList:
 *
 * The findings of firnd, for a person or a program. Duplicates are dropped, because a VM's findings
 * repeat some of the host's.
 */
typedef struct _FirnFindingList FirnFindingList;

/**
 * firn_finding_list_new:
 * @cli: the command line; outlives the list
 *
 * Returns: (transfer full): an empty list
 */
FirnFindingList *firn_finding_list_new(FirnCli *cli);

/**
 * firn_finding_list_add:
 * @vm: name of a VM; "" for the host
 * @findings: "a(sssss)": word, severity, subject, message, remedy
 */
void firn_finding_list_add(FirnFindingList *self, const char *vm, GVariant *findings);

/**
 * firn_finding_list_print:
 *
 * Prints what was added since it was last called, in columns under the VM's name; with --quiet
 * only warnings and errors.
 */
void firn_finding_list_print(FirnFindingList *self);

/**
 * firn_finding_list_to_json:
 *
 * Returns: (transfer full): "aa{sv}", everything that was added; floating
 */
GVariant *firn_finding_list_to_json(FirnFindingList *self);

/**
 * firn_finding_list_has_errors:
 *
 * Returns: whether something does not work
 */
gboolean firn_finding_list_has_errors(FirnFindingList *self);

void firn_finding_list_free(FirnFindingList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFindingList, firn_finding_list_free)
