/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FIRN_VSS_WRITER_TIMEOUT      0x800423f2u
#define FIRN_VSS_WRITER_RETRYABLE    0x800423f3u
#define FIRN_VSS_WRITER_NONRETRYABLE 0x800423f4u

/* VSS_BACKUP_TYPE, and what qemu-ga reads from VssOption. */
#define FIRN_BACKUP_FULL 1
#define FIRN_BACKUP_COPY 5

/**
 * firn_vss_code_name:
 * @code: an HRESULT of VSS, or of COM where VSS reports it
 *
 * Source: vsserror.h of the Windows SDK, without the prefix VSS_E_.
 *
 * Returns: (nullable): its name: "HOLD_WRITES_TIMEOUT"; %NULL if unknown
 */
const char *firn_vss_code_name(uint32_t code);

/**
 * firn_writer_state_name:
 * @state: VSS_WRITER_STATE, 0 to 15, as "vssadmin list writers" prints it
 *
 * Returns: its name: "stable"; "unknown" for all other numbers
 */
const char *firn_writer_state_name(int state);

/**
 * firn_writer_state_has_failed:
 * @state: VSS_WRITER_STATE
 *
 * Returns: whether the writer has failed in some stage
 */
bool firn_writer_state_has_failed(int state);

/**
 * firn_backup_type_name:
 * @type: VSS_BACKUP_TYPE, 0 to 6
 *
 * Returns: its name: "copy"; "undefined" for all other numbers
 */
const char *firn_backup_type_name(int type);

/**
 * firn_backup_type_for_option:
 * @has_option: whether qemu-ga's provider has the registry value VssOption
 * @option: its value
 *
 * Source: qga/vss-win32/requester.cpp: 1 to 5 are taken, everything else becomes FULL.
 *
 * Returns: the VSS_BACKUP_TYPE that qemu-ga uses, if it is new enough to read the value
 */
int firn_backup_type_for_option(bool has_option, uint32_t option);
