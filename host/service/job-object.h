/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-parts.h"

/**
 * FirnJobObject:
 *
 * One job on the bus: interface Job. It leaves the bus when it is disposed of.
 */
#define FIRN_TYPE_JOB_OBJECT (firn_job_object_get_type())
G_DECLARE_FINAL_TYPE(FirnJobObject, firn_job_object, FIRN, JOB_OBJECT, GObject)

/**
 * firn_job_object_new:
 * @parts: parts of the service
 *
 * Returns: (transfer full): an object that is on the bus
 */
FirnJobObject *firn_job_object_new(const FirnServiceParts *parts, FirnJob *job);

/**
 * firn_job_state_word:
 * @state: state of a job
 *
 * Returns: (transfer none): its word on the bus
 */
const char *firn_job_state_word(FirnJobState state);
