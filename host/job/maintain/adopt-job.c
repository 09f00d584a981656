/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adopt-job.h"

#include "adoption-survey.h"
#include "current-snapshot.h"
#include "engine-enums.h"
#include "enum-nick.h"
#include "host-error.h"
#include "maintain-enums.h"
#include "printable.h"
#include "snapshot-registry.h"

#define TEXT_MAX 4096

typedef struct {
    GStrv tags; /* (owned) (nullable) */
    gboolean is_dry_run;
    guint started_by;
} Params;

/* What one adoption has found and done. */
typedef struct {
    FirnVm *vm;            /* (unowned) */
    const Params *params;  /* (unowned) */
    GPtrArray *intents;    /* (owned) (element-type FirnIntent) */
    GPtrArray *disks;      /* (owned) (nullable) (element-type FirnDisk) */
    GPtrArray *listed;     /* (owned) (nullable) (element-type FirnListedSnapshot) */
    GPtrArray *candidates; /* (owned) (nullable) (element-type FirnCandidate) those requested */
    GPtrArray *adopted;    /* (owned) (element-type FirnCandidate) those adopted */
} Adoption;

static void
free_params(gpointer data)
{
    Params *params = data;

    g_strfreev(params->tags);
    g_free(params);
}

static void
adoption_clear(Adoption *self)
{
    g_clear_pointer(&self->intents, g_ptr_array_unref);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_clear_pointer(&self->listed, g_ptr_array_unref);
    g_clear_pointer(&self->adopted, g_ptr_array_unref);
    g_clear_pointer(&self->candidates, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Adoption, adoption_clear)

static FirnAdoptionSurveyFacts
get_facts(const Adoption *self)
{
    return (FirnAdoptionSurveyFacts){
        .catalogue = firn_vm_get_catalogue(self->vm),
        .intents = self->intents,
        .disks = self->disks,
        .listed = self->listed,
        .found_by = self->params->started_by,
    };
}

static gboolean
check_undamaged(FirnVm *vm, GError **error)
{
    const char *damage = firn_catalogue_get_damage(firn_vm_get_catalogue(vm));
    g_autofree char *advice = firn_vm_advise_damage(vm);

    if (damage != NULL)
        firn_host_error_set(error, FIRN_HOST_ERROR_INCONSISTENT, "%s; %s", damage, advice);
    return damage == NULL;
}

static gboolean
look(Adoption *self, GCancellable *cancellable, GError **error)
{
    FirnJournal *journal = firn_vm_get_journal(self->vm);
    FirnAdoptionSurveyFacts facts;

    self->intents = journal == NULL
                        ? g_ptr_array_new_with_free_func((GDestroyNotify)firn_intent_free)
                        : firn_journal_list(journal, firn_vm_get_uuid(self->vm));
    self->adopted = g_ptr_array_new();
    if (!check_undamaged(self->vm, error) || !firn_vm_look(self->vm, cancellable, error))
        return FALSE;
    self->disks = firn_vm_list_disks(self->vm, cancellable, error);
    if (self->disks == NULL)
        return FALSE;
    self->listed = firn_snapshot_registry_list_others(self->vm, error);
    if (self->listed == NULL)
        return FALSE;
    facts = get_facts(self);
    self->candidates = firn_adoption_survey_run(&facts);
    return TRUE;
}

static FirnCandidate *
find(GPtrArray *candidates, const char *tag)
{
    for (guint i = 0; i < candidates->len; i++) {
        FirnCandidate *candidate = candidates->pdata[i];

        if (g_str_equal(candidate->tag, tag))
            return candidate;
    }
    return NULL;
}

/* If a named snapshot cannot be adopted, none is: the caller asked for all of them. */
static gboolean
check_named(const Adoption *self, const char *tag, GError **error)
{
    const FirnCandidate *candidate = find(self->candidates, tag);
    g_autofree char *printable = firn_printable_clip(tag, TEXT_MAX);
    gboolean is_unclear;

    if (candidate == NULL)
        return firn_host_error_set(
            error,
            FIRN_HOST_ERROR_NOT_FOUND,
            "there is no foreign snapshot \"%s\"; firn list shows the VM's snapshots",
            printable);
    if (candidate->bar == FIRN_ADOPTION_SURVEY_BLOCKER_FREE)
        return TRUE;
    is_unclear = candidate->bar == FIRN_ADOPTION_SURVEY_BLOCKER_AMBIGUOUS ||
                 candidate->bar == FIRN_ADOPTION_SURVEY_BLOCKER_UNSPELLABLE;
    return firn_host_error_set(error,
                               is_unclear ? FIRN_HOST_ERROR_INVALID_ARGUMENT
                                          : FIRN_HOST_ERROR_NOT_SUPPORTED,
                               "\"%s\" cannot be imported (%s): %s; nothing was imported",
                               printable,
                               firn_enum_to_nick(FIRN_TYPE_ADOPTION_SURVEY_BLOCKER, candidate->bar),
                               candidate->why);
}

static gboolean
select_named(Adoption *self, GError **error)
{
    GStrv tags = self->params->tags;

    if (tags == NULL || *tags == NULL)
        return TRUE;
    for (GStrv tag = tags; *tag != NULL; tag++)
        if (!check_named(self, *tag, error))
            return FALSE;
    for (guint i = self->candidates->len; i > 0; i--) {
        const FirnCandidate *candidate = self->candidates->pdata[i - 1];

        if (!g_strv_contains((const char *const *)tags, candidate->tag))
            g_ptr_array_remove_index(self->candidates, i - 1);
    }
    return TRUE;
}

static guint
count_room(FirnCatalogue *catalogue)
{
    guint count = firn_catalogue_count(catalogue);
    FirnPolicy policy;

    firn_catalogue_get_policy(catalogue, &policy);
    return policy.max_snapshots > count ? policy.max_snapshots - count : 0;
}

static gboolean
adopt(const Adoption *self, FirnCandidate *candidate, GError **error)
{
    const FirnAdoptionSurveyFacts facts = get_facts(self);
    g_autoptr(FirnCatalogueTransaction) change = NULL;

    if (self->params->is_dry_run)
        return TRUE;
    candidate->record->parent = firn_adoption_survey_find_parent(candidate, &facts);
    change = firn_catalogue_begin(facts.catalogue, error);
    return change != NULL && firn_catalogue_transaction_adopt(change, candidate->record, error) &&
           firn_catalogue_commit(facts.catalogue, change, error);
}

static gboolean
fail_full(const Adoption *self, guint n_left, GError **error)
{
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_LIMIT_REACHED,
        "imported %u; %u more would exceed the VM's limit; delete a snapshot, or raise the "
        "limit with: firn policy %s set max-snapshots=N",
        self->adopted->len,
        n_left,
        firn_vm_get_name(self->vm));
}

/* Adopts as many as the limit permits. A dry run adds no records, so the room is computed first. */
static gboolean
adopt_all(FirnJob *job, Adoption *self, GError **error)
{
    guint room = count_room(firn_vm_get_catalogue(self->vm));
    guint n_left = 0;

    for (guint i = 0; i < self->candidates->len; i++) {
        FirnCandidate *candidate = self->candidates->pdata[i];

        firn_job_enter(job, "adopt", 0.5 + 0.5 * i / self->candidates->len);
        if (candidate->bar != FIRN_ADOPTION_SURVEY_BLOCKER_FREE)
            continue;
        if (self->adopted->len == room) {
            firn_candidate_refuse(candidate,
                                  FIRN_ADOPTION_SURVEY_BLOCKER_LIMIT,
                                  g_strdup("the VM has reached its limit of snapshots"));
            n_left++;
            continue;
        }
        if (g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error) ||
            !adopt(self, candidate, error))
            return FALSE;
        g_ptr_array_add(self->adopted, candidate);
    }
    return n_left == 0 || self->params->is_dry_run || fail_full(self, n_left, error);
}

static GVariant *
tell_adopted(const Adoption *self)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE(FIRN_ADOPT_ADOPTED_TYPE));
    for (guint i = 0; i < self->adopted->len; i++) {
        const FirnSnapshot *record = ((FirnCandidate *)self->adopted->pdata[i])->record;

        g_variant_builder_add(&builder,
                              "(ssss)",
                              record->tag,
                              record->name,
                              self->params->is_dry_run ? "" : record->uuid,
                              firn_enum_to_nick(FIRN_TYPE_VERDICT, record->verdict));
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
tell_left(const Adoption *self)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE(FIRN_ADOPT_LEFT_TYPE));
    for (guint i = 0; self->candidates != NULL && i < self->candidates->len; i++) {
        const FirnCandidate *candidate = self->candidates->pdata[i];
        g_autofree char *tag = g_utf8_make_valid(candidate->tag, -1);
        g_autofree char *why = firn_printable_clip(candidate->why, TEXT_MAX);

        if (candidate->bar != FIRN_ADOPTION_SURVEY_BLOCKER_FREE)
            g_variant_builder_add(
                &builder,
                "(sss)",
                tag,
                firn_enum_to_nick(FIRN_TYPE_ADOPTION_SURVEY_BLOCKER, candidate->bar),
                why);
    }
    return g_variant_builder_end(&builder);
}

static gboolean
run(FirnJob *job, gpointer data, GError **error)
{
    g_auto(Adoption) self = {.vm = firn_job_get_vm(job), .params = data};
    gboolean ok;

    firn_job_enter(job, "look", 0.1);
    ok = look(&self, firn_job_get_cancellable(job), error) && select_named(&self, error) &&
         adopt_all(job, &self, error);
    if (self.adopted != NULL && self.adopted->len > 0 && !self.params->is_dry_run)
        firn_snapshot_registry_mark(self.vm);
    /* The source's current snapshot may be one of these or a descendant of one. */
    if (self.adopted->len > 0 && !self.params->is_dry_run)
        firn_current_snapshot_sync(self.vm);
    firn_job_set_result(job, "adopted", tell_adopted(&self));
    firn_job_set_result(job, "left", tell_left(&self));
    return ok;
}

FirnJob *
firn_adopt_job_start(FirnJobs *jobs, const FirnAdoptRequest *request, GError **error)
{
    Params *params = g_new0(Params, 1);
    const FirnJobRequest job = {
        .vm = request->vm,
        .operation = "adopt",
        .run = run,
        .params = params,
        .free_params = free_params,
        .started_by = request->started_by,
    };

    params->tags = g_strdupv((GStrv)request->tags);
    params->is_dry_run = request->is_dry_run;
    params->started_by = request->started_by;
    return firn_jobs_start(jobs, &job, error);
}
