/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnPlanAction:
 * @FIRN_PLAN_ACTION_SAME: it stays as it is
 * @FIRN_PLAN_ACTION_REPLACED: it becomes what it was at the snapshot
 * @FIRN_PLAN_ACTION_CREATED: the VM does not have it now, and gets it
 * @FIRN_PLAN_ACTION_REMOVED: the VM has it now, and will not have it; its data are not touched
 * @FIRN_PLAN_ACTION_MISSING: it is needed and does not exist
 * @FIRN_PLAN_ACTION_CONFLICT: another VM has it
 *
 * What happens to a resource. A later one in this list tells more than an earlier one.
 */
typedef enum {
    FIRN_PLAN_ACTION_SAME,
    FIRN_PLAN_ACTION_REPLACED,
    FIRN_PLAN_ACTION_CREATED,
    FIRN_PLAN_ACTION_REMOVED,
    FIRN_PLAN_ACTION_MISSING,
    FIRN_PLAN_ACTION_CONFLICT,
} FirnPlanAction;

/**
 * FirnPlanState:
 * @FIRN_PLAN_STATE_PLANNED: nothing was done
 * @FIRN_PLAN_STATE_COMPLETED: it is as planned
 * @FIRN_PLAN_STATE_FAILED: the restore has failed
 *
 * How far a resource's restore is.
 */
typedef enum {
    FIRN_PLAN_STATE_PLANNED,
    FIRN_PLAN_STATE_COMPLETED,
    FIRN_PLAN_STATE_FAILED,
} FirnPlanState;

/**
 * FirnPlanResources:
 *
 * What belongs to a VM, and what a restore does to it: one entry for each kind and name, in the
 * order in which they were added. The dry run and the job show the same list.
 */
typedef struct _FirnPlanResources FirnPlanResources;

/**
 * firn_plan_resources_new:
 *
 * Returns: (transfer full): an empty list
 */
FirnPlanResources *firn_plan_resources_new(void);

void firn_plan_resources_free(FirnPlanResources *self);

/**
 * firn_plan_resources_add:
 * @kind: "domain", "launch", "disk", "nvram", "ram", "medium", "mac", "network", "pool" ...
 * @name: of the resource: a target, a MAC
 * @action: what happens to it
 * @format: as for printf(): why, or "" if @action says it all
 *
 * Adds an entry. One that exists already is replaced if @action tells more.
 */
void firn_plan_resources_add(FirnPlanResources *self,
                             const char *kind,
                             const char *name,
                             FirnPlanAction action,
                             const char *format,
                             ...) G_GNUC_PRINTF(5, 6);

/**
 * firn_plan_resources_to_variant:
 * @state: of all that are not missing and have no conflict
 *
 * Returns: (transfer floating): "a(sssss)": kind, name, action, message, state
 */
GVariant *firn_plan_resources_to_variant(const FirnPlanResources *self, FirnPlanState state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnPlanResources, firn_plan_resources_free)
