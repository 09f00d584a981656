/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#define FIRN_SERVICE_NAME     L"firn-vss"
#define FIRN_AGENT_NAME       L"QEMU-GA"
#define FIRN_PROVIDER_NAME    L"QEMU Guest Agent VSS Provider"
#define FIRN_VSS_SERVICE_NAME L"VSS"

/**
 * firn_settings_next_counter:
 *
 * Counts this guest's runs in the registry (HKLM\SOFTWARE\firn\vss, RunCounter), so that a run of
 * an earlier service is never taken for a later one.
 *
 * Returns: the number of the run that begins; 0 if the registry could not be written
 */
uint32_t firn_settings_next_counter(void);

/**
 * firn_settings_ignore_failures:
 *
 * Returns: whether HookFailures, in the same key, is "ignore": failed hooks are recorded only.
 * Every other value means that a failed hook makes the writer refuse the snapshot.
 */
bool firn_settings_ignore_failures(void);

/**
 * firn_settings_get_backup_option:
 * @out_option: (out): VssOption, which qemu-ga reads at each freeze; untouched if there is none
 *
 * Returns: ERROR_SUCCESS, ERROR_FILE_NOT_FOUND if there is no value or no provider, or another
 * error of Windows
 */
DWORD firn_settings_get_backup_option(uint32_t *out_option);

/**
 * firn_settings_set_backup_option:
 * @option: VSS_BACKUP_TYPE that qemu-ga must use from the next freeze on
 *
 * Returns: ERROR_SUCCESS, ERROR_FILE_NOT_FOUND if qemu-ga's provider is not installed, or another
 * error of Windows
 */
DWORD firn_settings_set_backup_option(uint32_t option);
