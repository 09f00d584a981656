/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-record.h"

#include <windows.h>

/**
 * firn_hook_process_run:
 * @line: command line
 * @folder: its working directory
 * @limit_ms: how long it may run
 * @cancel: event that ends it early
 * @out: (out): result, code and output; zeroed before
 *
 * Runs a program in a job object of its own. When it has ended, its time is up, or @cancel is set,
 * every process that it has started ends, too: nothing may be left that writes while VSS holds
 * writes. It reads nothing, and has no window.
 */
void firn_hook_process_run(const wchar_t *line,
                           const wchar_t *folder,
                           DWORD limit_ms,
                           HANDLE cancel,
                           FirnHookRun *out);
