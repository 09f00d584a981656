/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"

/**
 * FirnJobResult:
 * @values: what the job tells its caller: "snapshot" (s), "verdict" (s) ...
 * @evidence: (nullable): what it has found about its VM
 *
 * The outcome of a job. Callers lock.
 */
typedef struct {
    GVariantDict values;    /* (owned) */
    FirnEvidence *evidence; /* (owned) (nullable) */
} FirnJobResult;

/**
 * firn_job_result_init:
 *
 * Makes it empty.
 */
void firn_job_result_init(FirnJobResult *self);

void firn_job_result_clear(FirnJobResult *self);

/**
 * firn_job_result_set:
 * @key: a word
 * @value: its value; floating references are taken
 */
void firn_job_result_set(FirnJobResult *self, const char *key, GVariant *value);

/**
 * firn_job_result_set_evidence:
 * @evidence: copied
 *
 * Adds "evidence" (s, JSON) and "indications" (as).
 */
void firn_job_result_set_evidence(FirnJobResult *self, const FirnEvidence *evidence);

/**
 * firn_job_result_dup:
 *
 * Returns: (transfer full): "a{sv}"
 */
GVariant *firn_job_result_dup(FirnJobResult *self);
