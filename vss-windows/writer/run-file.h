/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "folders.h"
#include "run-record.h"

/**
 * firn_run_file_save:
 *
 * Replaces state\last-run.json in one step. Must not be called while VSS holds writes.
 *
 * Returns: 0, or an error of Windows
 */
DWORD firn_run_file_save(const FirnFolders *folders,
                         const FirnRunRecord *record,
                         FirnCycleOutcome outcome);

/**
 * firn_run_file_load:
 *
 * Returns: (transfer full) (nullable): the document that was saved last, to be freed with free();
 * %NULL if there is none
 */
char *firn_run_file_load(const FirnFolders *folders);

/**
 * firn_run_file_set_quiesced:
 * @is_quiesced: whether freeze hooks may have been started whose thaw hooks have not run
 *
 * Creates or deletes state\quiesced, by which the next service knows what this one has left.
 *
 * Returns: 0, or an error of Windows
 */
DWORD firn_run_file_set_quiesced(const FirnFolders *folders, bool is_quiesced);

/**
 * firn_run_file_is_quiesced:
 *
 * Returns: whether freeze hooks may have been started whose thaw hooks have not run
 */
bool firn_run_file_is_quiesced(const FirnFolders *folders);
