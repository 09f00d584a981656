/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-parts.h"

#define FIRN_API_VERSION 1

/**
 * FirnManagerObject:
 *
 * The Manager object on the bus: finds VMs, lists jobs.
 */
#define FIRN_TYPE_MANAGER_OBJECT (firn_manager_object_get_type())
G_DECLARE_FINAL_TYPE(FirnManagerObject, firn_manager_object, FIRN, MANAGER_OBJECT, GObject)

/**
 * firn_manager_object_new:
 * @parts: parts of the service
 * @vms: (element-type FirnVm FirnVmObject): the current VMs; updated by the service
 *
 * Returns: (transfer full): an object that is on the bus
 */
FirnManagerObject *firn_manager_object_new(const FirnServiceParts *parts, GHashTable *vms);

/**
 * firn_manager_object_update:
 *
 * Publishes the source's current problems.
 */
void firn_manager_object_update(FirnManagerObject *self);

/**
 * firn_manager_object_tell_job_new:
 * @job: a job that has begun
 *
 * Emits JobNew.
 */
void firn_manager_object_tell_job_new(FirnManagerObject *self, FirnJob *job);

/**
 * firn_manager_object_tell_job_removed:
 * @job: a job that was removed from the list
 *
 * Emits JobRemoved.
 */
void firn_manager_object_tell_job_removed(FirnManagerObject *self, FirnJob *job);
