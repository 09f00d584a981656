/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings-look.h"

/**
 * FirnDiagnosis:
 *
 * Findings that are being put together: some are known at once, others are looked for in threads,
 * side by side. Main loop only.
 */
typedef struct _FirnDiagnosis FirnDiagnosis;

/**
 * firn_diagnosis_new:
 * @callback: (scope async): called on the main loop, within FIRN_FINDINGS_LOOK_LIMIT_MS of the last
 * firn_diagnosis_look()
 * @user_data: for @callback
 *
 * Returns: (transfer full): for firn_diagnosis_end()
 */
FirnDiagnosis *firn_diagnosis_new(GAsyncReadyCallback callback, gpointer user_data);

/**
 * firn_diagnosis_get_findings:
 * @self: a diagnosis
 *
 * Returns: (transfer none): what is known at once; comes first
 */
FirnFindings *firn_diagnosis_get_findings(FirnDiagnosis *self);

/**
 * firn_diagnosis_look:
 * @self: a diagnosis
 * @what: (transfer none): a constant: what is asked
 * @look: looks, in a thread
 * @data: (transfer full): for @look
 * @free_data: frees @data
 *
 * As firn_findings_look_async(). What is found stands in the order of the calls.
 */
void firn_diagnosis_look(FirnDiagnosis *self,
                         const char *what,
                         FirnFindingsFunc look,
                         gpointer data,
                         GDestroyNotify free_data);

/**
 * firn_diagnosis_end:
 * @self: (transfer full): a diagnosis
 *
 * Nothing more is added.
 */
void firn_diagnosis_end(FirnDiagnosis *self);

/**
 * firn_diagnosis_finish:
 * @result: what the callback was given
 *
 * Returns: (transfer full): FIRN_FINDINGS_TYPE
 */
GVariant *firn_diagnosis_finish(GAsyncResult *result);
