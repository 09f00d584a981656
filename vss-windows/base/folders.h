/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "text.h"

/**
 * FirnFolders:
 * @data: %ProgramData%\firn
 * @hooks: hooks.d in it, which the administrator fills
 * @state: state in it, which the service writes
 *
 * Where firn-vss keeps files.
 */
typedef struct {
    wchar_t data[FIRN_PATH_SIZE];
    wchar_t hooks[FIRN_PATH_SIZE];
    wchar_t state[FIRN_PATH_SIZE];
} FirnFolders;

/**
 * firn_folders_init:
 * @self: (out)
 *
 * Asks Windows where ProgramData is; a service need not have the environment variable.
 *
 * Returns: 0, or an error of Windows
 */
DWORD firn_folders_init(FirnFolders *self);

/**
 * firn_folders_create:
 *
 * Creates those that are missing, so that only SYSTEM and Administrators can change them. What is
 * already there keeps its access list: firn_checked_path_judge() refuses it if that is too wide.
 *
 * Returns: 0, or an error of Windows
 */
DWORD firn_folders_create(const FirnFolders *self);
