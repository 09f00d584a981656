/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event-log.h"

#include "events.h"
#include "settings.h"
#include "text.h"

#include <stdio.h>

#define TEXT_SIZE      1024
#define PARAMETERS_MAX 3

static void
report(WORD type, DWORD message, WORD n_parameters, const char *const *parameters)
{
    wchar_t wide[PARAMETERS_MAX][TEXT_SIZE];
    const wchar_t *strings[PARAMETERS_MAX];
    HANDLE log = RegisterEventSourceW(NULL, FIRN_SERVICE_NAME);

    if (log == NULL)
        return;
    for (WORD i = 0; i < n_parameters; i++) {
        firn_text_widen(parameters[i], wide[i], TEXT_SIZE);
        strings[i] = wide[i];
    }
    ReportEventW(log, type, 0, message, NULL, n_parameters, 0, strings, NULL);
    DeregisterEventSource(log);
}

static void
report_hook(const FirnHookRecord *hook, FirnStage stage)
{
    const FirnHookRun *run = &hook->runs[stage];
    char end[64];

    if (run->result == FIRN_HOOK_OK || run->result == FIRN_HOOK_NOT_RUN)
        return;
    snprintf(end, sizeof end, "%s, code %u", firn_hook_result_name(run->result), run->code);
    report(EVENTLOG_ERROR_TYPE,
           FIRN_MESSAGE_HOOK_FAILED,
           3,
           (const char *[]){hook->name, firn_stage_name(stage), end});
}

static void
report_clean(const FirnRunRecord *record)
{
    char n_hooks[16], held_ms[24];

    snprintf(n_hooks, sizeof n_hooks, "%u", (unsigned int)record->n_hooks);
    snprintf(held_ms, sizeof held_ms, "%lld", (long long)(record->released_ms - record->frozen_ms));
    report(EVENTLOG_INFORMATION_TYPE,
           FIRN_MESSAGE_RUN_CLEAN,
           2,
           (const char *[]){n_hooks, held_ms});
}

void
firn_event_log_report_run(const FirnRunRecord *record, FirnCycleOutcome outcome)
{
    for (size_t i = 0; i < record->n_hooks; i++) {
        for (FirnStage stage = 0; stage < FIRN_N_STAGES; stage++)
            report_hook(&record->hooks[i], stage);
    }
    if (record->refusal[0] != '\0')
        report(EVENTLOG_ERROR_TYPE,
               FIRN_MESSAGE_HOOKS_REFUSED,
               1,
               (const char *[]){record->refusal});
    if (outcome == FIRN_OUTCOME_CLEAN)
        report_clean(record);
    else
        report(EVENTLOG_ERROR_TYPE,
               FIRN_MESSAGE_NOT_CLEAN,
               1,
               (const char *[]){firn_cycle_outcome_name(outcome)});
}

void
firn_event_log_report_full(void)
{
    report(EVENTLOG_WARNING_TYPE, FIRN_MESSAGE_FULL, 0, NULL);
}

void
firn_event_log_report_recovery(void)
{
    report(EVENTLOG_WARNING_TYPE, FIRN_MESSAGE_RECOVERED, 0, NULL);
}
