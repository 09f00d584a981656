/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <windows.h>

/**
 * firn_checked_path_judge:
 * @path: a file or folder
 * @out_reason: (out) (transfer none): what is wrong with it, in words for an administrator
 *
 * Looks at its owner and access list, and refuses links and other reparse points, which lead to
 * places that have access lists of their own.
 *
 * Returns: whether only trusted accounts can change it
 */
bool firn_checked_path_judge(const wchar_t *path, const char **out_reason);
