/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conditions.h"

#include "printable.h"

typedef enum {
    CONDITION_READY,
    CONDITION_PROGRESSING,
    CONDITION_FROZEN,
    CONDITION_CONFIG_DRIFT,
    CONDITION_DEPENDENCY_MISSING,
} Condition;

#define N_CONDITIONS (CONDITION_DEPENDENCY_MISSING + 1)

static const char *const types[N_CONDITIONS] = {
    [CONDITION_READY] = "Ready",
    [CONDITION_PROGRESSING] = "Progressing",
    [CONDITION_FROZEN] = "Frozen",
    [CONDITION_CONFIG_DRIFT] = "ConfigDrift",
    [CONDITION_DEPENDENCY_MISSING] = "DependencyMissing",
};

#define YES     "True"
#define NO      "False"
#define UNKNOWN "Unknown"

typedef struct {
    const char *status; /* a constant */
    const char *reason; /* a constant */
    char *message;      /* (owned) (nullable) */
    gint64 since_us;    /* of status and reason */
} State;

struct FirnConditions {
    FirnVm *vm; /* (unowned) */
    State states[N_CONDITIONS];
};

static void
set(FirnConditions *self,
    Condition condition,
    const char *status,
    const char *reason,
    const char *message)
{
    State *state = &self->states[condition];

    if (g_strcmp0(state->status, status) != 0 || g_strcmp0(state->reason, reason) != 0)
        state->since_us = g_get_real_time();
    state->status = status;
    state->reason = reason;
    g_free(state->message);
    state->message = firn_printable_clip(message, FIRN_PRINTABLE_SENTENCES);
}

static void
look_at_interrupted(FirnConditions *self, GPtrArray *interrupted)
{
    const FirnIntent *intent = interrupted->pdata[0];
    g_autofree char *message = g_strdup_printf("snapshot %s is %s: %s",
                                               firn_intent_get_subject(intent),
                                               firn_intent_get_state(intent),
                                               intent->why);

    set(self, CONDITION_READY, NO, "JobInterrupted", message);
}

static void
look_at_readiness(FirnConditions *self)
{
    const char *damage = firn_catalogue_get_damage(firn_vm_get_catalogue(self->vm));
    g_autoptr(GPtrArray) interrupted = firn_vm_list_interrupted(self->vm);
    FirnVmState state = firn_vm_get_state(self->vm);
    g_autofree char *remedy = NULL;

    if (state == FIRN_VM_STATE_ORPHANED) {
        remedy = firn_vm_advise_orphan(self->vm);
        set(self, CONDITION_READY, NO, "NotDefined", remedy);
    } else if (damage != NULL) {
        set(self, CONDITION_READY, NO, "CatalogueDamaged", damage);
    } else if (interrupted->len > 0) {
        look_at_interrupted(self, interrupted);
    } else if (state == FIRN_VM_STATE_UNKNOWN) {
        set(self, CONDITION_READY, UNKNOWN, "StateUnknown", NULL);
    } else {
        set(self, CONDITION_READY, YES, "StateKnown", NULL);
    }
}

static void
look_at_work(FirnConditions *self)
{
    guint job = firn_vm_get_job(self->vm);
    gboolean is_frozen = firn_vm_get_frozen_since(self->vm) != 0;
    g_autofree char *message = job == 0 ? NULL : g_strdup_printf("job %u works on it", job);

    set(self, CONDITION_PROGRESSING, job == 0 ? NO : YES, job == 0 ? "NoJob" : "Job", message);
    set(self,
        CONDITION_FROZEN,
        is_frozen ? YES : NO,
        is_frozen ? "FrozenByFirn" : "NotFrozen",
        NULL);
}

static void
set_list(FirnConditions *self,
         Condition condition,
         char *const *sentences,
         const char *reason,
         const char *reason_if_none)
{
    g_autofree char *message = g_strjoinv("; ", (char **)sentences);
    gboolean is_there = *sentences != NULL;

    set(self,
        condition,
        is_there ? YES : NO,
        is_there ? reason : reason_if_none,
        is_there ? message : NULL);
}

static void
look_at_configuration(FirnConditions *self, const FirnVmDrift *found)
{
    if (found != NULL && found->is_compared)
        set_list(self, CONDITION_CONFIG_DRIFT, found->drift, "Differs", "Same");
    else
        set(self, CONDITION_CONFIG_DRIFT, UNKNOWN, "NotCompared", NULL);
    if (found != NULL && found->missing != NULL)
        set_list(self, CONDITION_DEPENDENCY_MISSING, found->missing, "Missing", "AllThere");
    else
        set(self, CONDITION_DEPENDENCY_MISSING, UNKNOWN, "NotChecked", NULL);
}

GVariant *
firn_conditions_look(FirnConditions *self, FirnDriftWatch *watch)
{
    GVariantBuilder builder;

    look_at_readiness(self);
    look_at_work(self);
    look_at_configuration(self, watch == NULL ? NULL : firn_drift_watch_get(watch));
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ssssx)"));
    for (guint i = 0; i < N_CONDITIONS; i++) {
        const State *state = &self->states[i];

        g_variant_builder_add(&builder,
                              "(ssssx)",
                              types[i],
                              state->status,
                              state->reason,
                              state->message,
                              state->since_us);
    }
    return g_variant_builder_end(&builder);
}

FirnConditions *
firn_conditions_new(FirnVm *vm)
{
    FirnConditions *self = g_new0(FirnConditions, 1);

    self->vm = vm;
    return self;
}

void
firn_conditions_free(FirnConditions *self)
{
    for (guint i = 0; i < N_CONDITIONS; i++)
        g_free(self->states[i].message);
    g_free(self);
}
