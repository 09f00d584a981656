/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "record-schema.h"

/**
 * FirnHookReport:
 * @hook: name of the hook
 * @phase: "before" or "after" the job
 * @took_ms: how long it ran
 * @failure: (nullable): why it failed, printable; %NULL: it did not
 *
 * What one of the host's hooks did.
 */
typedef struct {
    char *hook;  /* (owned) */
    char *phase; /* (owned) */
    guint took_ms;
    char *failure; /* (owned) (nullable) */
} FirnHookReport;

/* An element of the evidence's list "host_hooks". */
extern const FirnRecordSchema firn_hook_report_schema;

/**
 * firn_hook_report_new:
 * @hook: name of the hook
 * @phase: "before" or "after"
 *
 * Returns: (transfer full): the report of a hook that has not run yet
 */
FirnHookReport *firn_hook_report_new(const char *hook, const char *phase);

void firn_hook_report_free(FirnHookReport *self);
