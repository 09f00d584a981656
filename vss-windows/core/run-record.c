/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-record.h"

#include "hook-command.h"
#include "vss-code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
firn_run_record_add_event(FirnRunRecord *self, FirnCycleEvent event, int64_t at_ms)
{
    if (self->n_events == FIRN_RUN_EVENTS_MAX) {
        self->n_dropped++;
        return;
    }
    self->events[self->n_events].event = event;
    self->events[self->n_events++].at_ms = at_ms;
}

bool
firn_run_record_add_hook(FirnRunRecord *self, const char *name)
{
    FirnHookRecord *hook;

    if (self->n_hooks == FIRN_RUN_HOOKS_MAX || strlen(name) >= sizeof hook->name)
        return false;
    hook = &self->hooks[self->n_hooks++];
    memset(hook, 0, sizeof *hook);
    strcpy(hook->name, name);
    return true;
}

static int
compare_hooks(const void *hook, const void *other)
{
    return firn_hook_command_compare(((const FirnHookRecord *)hook)->name,
                                     ((const FirnHookRecord *)other)->name);
}

void
firn_run_record_sort_hooks(FirnRunRecord *self)
{
    qsort(self->hooks, self->n_hooks, sizeof self->hooks[0], compare_hooks);
}

void
firn_run_record_assume_started(FirnRunRecord *self)
{
    for (size_t i = 0; i < self->n_hooks; i++)
        self->hooks[i].runs[FIRN_STAGE_FREEZE].result = FIRN_HOOK_UNKNOWN;
}

static bool
was_started(const FirnHookRecord *hook, FirnStage stage)
{
    FirnHookResult result = hook->runs[stage].result;

    return result != FIRN_HOOK_NOT_RUN && result != FIRN_HOOK_NOT_STARTED;
}

static bool
has_part_in(const FirnHookRecord *hook, FirnStage stage)
{
    switch (stage) {
    case FIRN_STAGE_THAW:
        return was_started(hook, FIRN_STAGE_FREEZE);
    case FIRN_STAGE_POST:
        return was_started(hook, FIRN_STAGE_PREPARE) || was_started(hook, FIRN_STAGE_FREEZE);
    default:
        return true;
    }
}

FirnHookRecord *
firn_run_record_next_hook(FirnRunRecord *self, FirnStage stage, const FirnHookRecord *previous)
{
    bool is_reverse = !firn_stage_may_refuse(stage);
    size_t rank = 0;

    if (previous != NULL)
        rank =
            1 + (is_reverse ? &self->hooks[self->n_hooks] - previous - 1 : previous - self->hooks);
    for (; rank < self->n_hooks; rank++) {
        FirnHookRecord *hook = &self->hooks[is_reverse ? self->n_hooks - 1 - rank : rank];

        if (has_part_in(hook, stage))
            return hook;
    }
    return NULL;
}

size_t
firn_run_record_count_failed(const FirnRunRecord *self, FirnStage stage)
{
    size_t n_failed = 0;

    for (size_t i = 0; i < self->n_hooks; i++) {
        FirnHookResult result = self->hooks[i].runs[stage].result;

        n_failed += result != FIRN_HOOK_OK && result != FIRN_HOOK_NOT_RUN;
    }
    return n_failed;
}

const char *
firn_hook_result_name(FirnHookResult result)
{
    static const char *const names[] = {
        [FIRN_HOOK_NOT_RUN] = "not-run",
        [FIRN_HOOK_OK] = "ok",
        [FIRN_HOOK_FAILED] = "failed",
        [FIRN_HOOK_TIMED_OUT] = "timed-out",
        [FIRN_HOOK_CANCELLED] = "cancelled",
        [FIRN_HOOK_NOT_STARTED] = "not-started",
        [FIRN_HOOK_UNKNOWN] = "unknown",
    };

    return names[result];
}

static void
write_hook_run(const FirnHookRun *run, FirnJsonText *json, const char *stage)
{
    firn_json_text_open(json, stage, '{');
    firn_json_text_add_string(json, "result", firn_hook_result_name(run->result));
    firn_json_text_add_number(json, "code", run->code);
    firn_json_text_add_number(json, "ms", run->ms);
    firn_json_text_add_bytes(json, "output", run->output.bytes, run->output.length);
    firn_json_text_add_bool(json, "output_cut", run->output.is_cut);
    firn_json_text_close(json, '}');
}

static void
write_hooks(const FirnRunRecord *self, FirnJsonText *json)
{
    firn_json_text_open(json, "hooks", '[');
    for (size_t i = 0; i < self->n_hooks; i++) {
        firn_json_text_open(json, NULL, '{');
        firn_json_text_add_string(json, "name", self->hooks[i].name);
        for (FirnStage stage = 0; stage < FIRN_N_STAGES; stage++) {
            if (self->hooks[i].runs[stage].result != FIRN_HOOK_NOT_RUN)
                write_hook_run(&self->hooks[i].runs[stage], json, firn_stage_name(stage));
        }
        firn_json_text_close(json, '}');
    }
    firn_json_text_close(json, ']');
}

static void
write_events(const FirnRunRecord *self, FirnJsonText *json)
{
    firn_json_text_open(json, "events", '[');
    for (size_t i = 0; i < self->n_events; i++) {
        firn_json_text_open(json, NULL, '{');
        firn_json_text_add_string(json, "event", firn_cycle_event_name(self->events[i].event));
        firn_json_text_add_number(json, "uptime_ms", self->events[i].at_ms);
        firn_json_text_close(json, '}');
    }
    firn_json_text_close(json, ']');
    firn_json_text_add_number(json, "events_dropped", (int64_t)self->n_dropped);
}

/* How long OnFreeze and the event that ended the freeze were apart; null if one of them is missing.
 */
static void
write_held(const FirnRunRecord *self, FirnJsonText *json)
{
    if (self->frozen_ms != 0 && self->released_ms != 0)
        firn_json_text_add_number(json, "held_ms", self->released_ms - self->frozen_ms);
    else
        firn_json_text_add_string(json, "held_ms", NULL);
}

static const char *
null_if_empty(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void
write_failed_hooks(const FirnRunRecord *self, FirnJsonText *json)
{
    firn_json_text_open(json, "failed_hooks", '{');
    for (FirnStage stage = 0; stage < FIRN_N_STAGES; stage++)
        firn_json_text_add_number(json,
                                  firn_stage_name(stage),
                                  (int64_t)firn_run_record_count_failed(self, stage));
    firn_json_text_close(json, '}');
}

void
firn_run_record_write_json(const FirnRunRecord *self,
                           FirnJsonText *json,
                           const char *key,
                           FirnCycleOutcome outcome)
{
    firn_json_text_open(json, key, '{');
    firn_json_text_add_number(json, "counter", self->counter);
    firn_json_text_add_string(json, "snapshot_set", null_if_empty(self->snapshot_set));
    firn_json_text_add_number(json, "started_unix_ms", self->started_unix_ms);
    firn_json_text_add_number(json, "started_uptime_ms", self->started_ms);
    firn_json_text_add_number(json, "backup_type", self->backup_type);
    firn_json_text_add_string(json, "outcome", firn_cycle_outcome_name(outcome));
    firn_json_text_add_number(json, "failure", self->failure);
    firn_json_text_add_string(json,
                              "failure_name",
                              self->failure != 0 ? firn_vss_code_name(self->failure) : NULL);
    firn_json_text_add_bool(json, "ignores_failures", self->ignores_failures);
    firn_json_text_add_string(json, "refusal", null_if_empty(self->refusal));
    write_held(self, json);
    write_failed_hooks(self, json);
    write_events(self, json);
    write_hooks(self, json);
    firn_json_text_close(json, '}');
}
