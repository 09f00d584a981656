/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings-look.h"

/**
 * FirnDiagnosis:
 *
 * Collects findings: some are known at once, others come from checks that run in parallel in
 * threads. Main loop only.
 */
typedef struct _FirnDiagnosis FirnDiagnosis;

/**
 * firn_diagnosis_new:
 * @callback: (scope async): called on the main loop, within FIRN_FINDINGS_LOOK_LIMIT_MS of the last
 * firn_diagnosis_look()
 * @user_data: for @callback
 *
 * Returns: (transfer full): a diagnosis, to be passed to firn_diagnosis_end()
 */
FirnDiagnosis *firn_diagnosis_new(GAsyncReadyCallback callback, gpointer user_data);

/**
 * firn_diagnosis_get_findings:
 *
 * Returns: (transfer none): the findings that are known at once; they come first
 */
FirnFindings *firn_diagnosis_get_findings(FirnDiagnosis *self);

/**
 * firn_diagnosis_look:
 * @what: (transfer none): a constant: what is checked
 * @look: the check, run in a thread
 * @data: (transfer full): for @look
 * @free_data: frees @data
 *
 * Like firn_findings_look_async(). The findings appear in the order of the calls.
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
 * No more checks will be added.
 */
void firn_diagnosis_end(FirnDiagnosis *self);

/**
 * firn_diagnosis_finish:
 * @result: as given to the callback
 *
 * Returns: (transfer full): FIRN_FINDINGS_TYPE
 */
GVariant *firn_diagnosis_finish(GAsyncResult *result);
