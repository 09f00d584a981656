/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

#include "deadman.h"
#include "hook-run.h"

#define FIRN_TOKEN_BYTES 65

/**
 * FirnFailure:
 * @code: exit status of firn-hook; 0: nothing has failed
 * @hook: name of the hook that has failed, or ""
 * @phase: in which it has, or ""
 *
 * Why a freeze failed.
 */
typedef struct FirnFailure {
    unsigned code;
    char hook[FIRN_HOOK_NAME_BYTES];
    const char *phase;
    FirnReason reason;
} FirnFailure;

/**
 * FirnReport:
 * @state: "frozen", "thawed", "failed" or "expired"
 * @level: what is proved
 * @fired_after_ms: from the arming; -1: has not expired
 * @mounts: (unowned): all mounts when it was armed
 * @runs: (unowned) (array length=n_runs): hooks
 *
 * What one report says.
 */
typedef struct FirnReport {
    const char *token;
    const char *state;
    const char *level;
    const FirnFailure *failure;
    unsigned timeout_s;
    bool was_armed;
    int64_t fired_after_ms;
    const FirnThawResult *results;
    size_t n_results;
    const FirnMounts *mounts;
    const FirnHookRun *runs;
    size_t n_runs;
} FirnReport;

/**
 * firn_failure_write:
 * @out: where to write it, as one line without its end
 * @most: bytes of its reason
 *
 * Writes what firn-hook prints.
 */
void firn_failure_write(FILE *out, const FirnFailure *failure, size_t most);

/**
 * firn_report_write:
 * @out: where to write it
 * @boot_id: the kernel's
 *
 * Writes it as JSON.
 */
void firn_report_write(FILE *out, const FirnReport *report, const char *boot_id);

/**
 * firn_report_store:
 * @folder: a directory for reports
 *
 * Writes last.json, and, with a token, report-TOKEN.json there, each by renaming; keeps the newest
 * eight of the latter.
 *
 * Returns: false, with errno, if that failed
 */
bool firn_report_store(const FirnReport *report, const char *folder);
