/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-parts.h"

/**
 * FirnJobObject:
 *
 * One job on the bus: interface Job. On the bus for as long as it is not disposed of.
 */
#define FIRN_TYPE_JOB_OBJECT (firn_job_object_get_type())
G_DECLARE_FINAL_TYPE(FirnJobObject, firn_job_object, FIRN, JOB_OBJECT, GObject)

/**
 * firn_job_object_new:
 * @parts: what it calls
 * @job: the job
 *
 * Returns: (transfer full): an object that is on the bus
 */
FirnJobObject *firn_job_object_new(const FirnServiceParts *parts, FirnJob *job);

/**
 * firn_job_state_word:
 * @state: where a job stands
 *
 * Returns: (transfer none): its word on the bus
 */
const char *firn_job_state_word(FirnJobState state);
