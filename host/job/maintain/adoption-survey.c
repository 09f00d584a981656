/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adoption-survey.h"

#include "adopted-label.h"
#include "adopted-record.h"
#include "block-device.h"
#include "engine-error.h"
#include "snapshot-name.h"

typedef struct {
    const FirnAdoptionSurveyFacts *facts; /* (unowned) */
    GHashTable *own;                      /* (owned) (element-type utf8) tags that belong to firn */
    GHashTable *taken;                    /* (owned) (element-type utf8) names in lower case */
    GPtrArray *candidates;                /* (owned) (element-type FirnCandidate) */
} Survey;

static void
free_candidate(gpointer data)
{
    FirnCandidate *self = data;

    g_free(self->tag);
    firn_snapshot_unref(self->record);
    g_free(self->why);
    g_free(self);
}

void
firn_candidate_refuse(FirnCandidate *self, FirnAdoptionSurveyBlocker bar, char *why)
{
    self->bar = bar;
    g_free(self->why);
    self->why = why;
}

static void
note_own(Survey *self)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(self->facts->catalogue);
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(self->facts->catalogue);

    if (undo != NULL)
        g_hash_table_add(self->own, g_strdup(undo->snapshot->tag));
    for (guint i = 0; i < records->len; i++) {
        const FirnSnapshot *record = records->pdata[i];

        g_hash_table_add(self->own, g_strdup(record->tag));
        g_hash_table_add(self->taken, g_ascii_strdown(record->name, -1));
    }
    for (guint i = 0; i < self->facts->intents->len; i++) {
        const FirnIntent *intent = self->facts->intents->pdata[i];

        g_hash_table_add(self->own, g_strdup(intent->snapshot->tag));
    }
}

static void
add_candidate(Survey *self, const char *tag)
{
    FirnCandidate *candidate;

    if (!g_hash_table_add(self->own, g_strdup(tag)))
        return;
    candidate = g_new0(FirnCandidate, 1);
    candidate->tag = g_strdup(tag);
    g_ptr_array_add(self->candidates, candidate);
}

static void
find_candidates(Survey *self)
{
    const FirnAdoptionSurveyFacts *facts = self->facts;

    for (guint i = 0; i < facts->disks->len; i++) {
        const FirnDisk *disk = facts->disks->pdata[i];

        for (guint j = 0; j < disk->snapshots->len; j++)
            add_candidate(self, ((FirnImageSnapshot *)disk->snapshots->pdata[j])->tag);
    }
    for (guint i = 0; i < facts->listed->len; i++)
        add_candidate(self, ((FirnListedSnapshot *)facts->listed->pdata[i])->name);
}

/* How the snapshot's creator treated a disk; NULL if the source does not list the snapshot. */
static const char *
find_how(const FirnListedSnapshot *listed, const char *target)
{
    for (guint i = 0; listed != NULL && i < listed->disks->len; i++) {
        const FirnListedDisk *disk = listed->disks->pdata[i];

        if (g_str_equal(disk->target, target))
            return disk->how;
    }
    return NULL;
}

static gboolean
is_wanted(const FirnListedSnapshot *listed, const FirnDisk *disk)
{
    const char *how = find_how(listed, disk->target);

    if (listed == NULL || listed->disks->len == 0)
        return disk->is_writable;
    return g_strcmp0(how, "internal") == 0;
}

/* A disk of the snapshot that the VM no longer has; NULL if there is none. */
static const char *
find_lost(const FirnAdoptionSurveyFacts *facts, const FirnListedSnapshot *listed)
{
    for (guint i = 0; listed != NULL && i < listed->disks->len; i++) {
        const FirnListedDisk *disk = listed->disks->pdata[i];

        if (g_str_equal(disk->how, "internal") &&
            firn_disks_find(facts->disks, disk->target) == NULL)
            return disk->target;
    }
    return NULL;
}

static gboolean
check_disk(FirnCandidate *candidate, const FirnDisk *disk, gboolean is_wanted_there)
{
    guint count = firn_disk_count_tag(disk, candidate->tag);

    if (count > 1)
        firn_candidate_refuse(
            candidate,
            FIRN_ADOPTION_SURVEY_BLOCKER_AMBIGUOUS,
            g_strdup_printf("%s has %u snapshots with this tag", disk->target, count));
    else if (count == 1 && !is_wanted_there)
        firn_candidate_refuse(candidate,
                              FIRN_ADOPTION_SURVEY_BLOCKER_AMBIGUOUS,
                              g_strdup_printf("%s has it too, but should not", disk->target));
    else if (count == 0 && is_wanted_there)
        firn_candidate_refuse(candidate,
                              FIRN_ADOPTION_SURVEY_BLOCKER_PARTIAL,
                              g_strdup_printf("%s does not have it", disk->target));
    else if (is_wanted_there && disk->path == NULL)
        firn_candidate_refuse(
            candidate,
            FIRN_ADOPTION_SURVEY_BLOCKER_PARTIAL,
            g_strdup_printf("the image of %s is not a file on this host", disk->target));
    return candidate->bar == FIRN_ADOPTION_SURVEY_BLOCKER_FREE;
}

static gboolean
collect_disks(const FirnAdoptionSurveyFacts *facts,
              FirnCandidate *candidate,
              const FirnListedSnapshot *listed,
              GPtrArray *disks,
              GPtrArray *excluded)
{
    for (guint i = 0; i < facts->disks->len; i++) {
        FirnDisk *disk = facts->disks->pdata[i];
        gboolean is_wanted_there = is_wanted(listed, disk);

        if (!check_disk(candidate, disk, is_wanted_there))
            return FALSE;
        if (is_wanted_there)
            g_ptr_array_add(disks, disk);
        else if (disk->is_writable && g_strcmp0(find_how(listed, disk->target), "no") == 0)
            g_ptr_array_add(excluded, disk->target);
    }
    return TRUE;
}

static gboolean
is_anywhere(const FirnAdoptionSurveyFacts *facts, const char *tag)
{
    for (guint i = 0; i < facts->disks->len; i++)
        if (firn_disk_count_tag(facts->disks->pdata[i], tag) > 0)
            return TRUE;
    return FALSE;
}

/* What is known without looking at each disk. */
static gboolean
check_whole(const FirnAdoptionSurveyFacts *facts,
            FirnCandidate *candidate,
            const FirnListedSnapshot *listed)
{
    const char *lost = find_lost(facts, listed);
    const FirnDisk *overlay =
        listed == NULL ? NULL : firn_listed_snapshot_find_overlay(listed, facts->disks);
    g_autoptr(GError) error = NULL;

    if (listed != NULL && listed->is_external)
        firn_candidate_refuse(candidate,
                              FIRN_ADOPTION_SURVEY_BLOCKER_EXTERNAL,
                              g_strdup("part of it is in an overlay or in a separate file"));
    else if (overlay != NULL)
        firn_candidate_refuse(
            candidate,
            FIRN_ADOPTION_SURVEY_BLOCKER_COVERED,
            g_strdup_printf("it may be below the overlay %s of %s; merge that first",
                            overlay->path == NULL ? "" : overlay->path,
                            overlay->target));
    else if (!is_anywhere(facts, candidate->tag))
        firn_candidate_refuse(candidate,
                              FIRN_ADOPTION_SURVEY_BLOCKER_EMPTY,
                              g_strdup("libvirt lists it, but no disk has it"));
    else if (!firn_adopted_tag_check(candidate->tag, &error))
        firn_candidate_refuse(candidate,
                              g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_AMBIGUOUS)
                                  ? FIRN_ADOPTION_SURVEY_BLOCKER_AMBIGUOUS
                                  : FIRN_ADOPTION_SURVEY_BLOCKER_UNSPELLABLE,
                              g_strdup(error->message));
    else if (lost != NULL)
        firn_candidate_refuse(candidate,
                              FIRN_ADOPTION_SURVEY_BLOCKER_PARTIAL,
                              g_strdup_printf("the VM no longer has the disk %s", lost));
    return candidate->bar == FIRN_ADOPTION_SURVEY_BLOCKER_FREE;
}

static void
examine(Survey *self, FirnCandidate *candidate)
{
    const FirnAdoptionSurveyFacts *facts = self->facts;
    const FirnListedSnapshot *listed = firn_listed_snapshots_find(facts->listed, candidate->tag);
    g_autoptr(GPtrArray) disks = g_ptr_array_new();
    g_autoptr(GPtrArray) excluded = g_ptr_array_new();
    const FirnFoundSnapshot found = {candidate->tag, disks, listed, excluded, facts->found_by};
    g_autofree char *name = NULL;

    if (!check_whole(facts, candidate, listed) ||
        !collect_disks(facts, candidate, listed, disks, excluded))
        return;
    name = firn_adopted_label_name(candidate->tag, self->taken);
    g_hash_table_add(self->taken, g_ascii_strdown(name, -1));
    candidate->record = firn_adopted_record_new(&found, name);
}

static gint
compare_age(gconstpointer a, gconstpointer b)
{
    const FirnCandidate *first = *(FirnCandidate *const *)a;
    const FirnCandidate *second = *(FirnCandidate *const *)b;
    gint64 first_us = first->record == NULL ? G_MAXINT64 : first->record->created_us;
    gint64 second_us = second->record == NULL ? G_MAXINT64 : second->record->created_us;

    return first_us != second_us ? (first_us > second_us) - (first_us < second_us)
                                 : g_strcmp0(first->tag, second->tag);
}

static guint
find_index(GPtrArray *candidates, const char *tag)
{
    guint i = 0;

    while (i < candidates->len && !g_str_equal(((FirnCandidate *)candidates->pdata[i])->tag, tag))
        i++;
    return i;
}

/* By time, but each after its ancestors in the list, whatever the recorded times say. */
static GPtrArray *
put_in_order(Survey *self)
{
    GPtrArray *waiting = self->candidates;
    GPtrArray *ordered = g_ptr_array_new_with_free_func(free_candidate);

    g_ptr_array_sort(waiting, compare_age);
    while (waiting->len > 0) {
        guint next = 0;

        /* The limit ends the loop even if the list had a cycle, which libvirt's never has. */
        for (guint steps = waiting->len; steps > 0; steps--) {
            const FirnCandidate *candidate = waiting->pdata[next];
            const FirnListedSnapshot *listed =
                firn_listed_snapshots_find(self->facts->listed, candidate->tag);
            guint parent = listed == NULL || listed->parent == NULL
                               ? waiting->len
                               : find_index(waiting, listed->parent);

            if (parent == waiting->len)
                break;
            next = parent;
        }
        g_ptr_array_add(ordered, g_ptr_array_steal_index(waiting, next));
    }
    return ordered;
}

GPtrArray *
firn_adoption_survey_run(const FirnAdoptionSurveyFacts *facts)
{
    Survey self = {.facts = facts};
    GPtrArray *ordered;

    self.own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self.taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self.candidates = g_ptr_array_new_with_free_func(free_candidate);
    note_own(&self);
    find_candidates(&self);
    for (guint i = 0; i < self.candidates->len; i++)
        examine(&self, self.candidates->pdata[i]);
    ordered = put_in_order(&self);
    g_ptr_array_unref(self.candidates);
    g_hash_table_unref(self.taken);
    g_hash_table_unref(self.own);
    return ordered;
}

static char *
dup_uuid(GPtrArray *records, const char *tag)
{
    for (guint i = 0; i < records->len; i++) {
        const FirnSnapshot *record = records->pdata[i];

        if (g_str_equal(record->tag, tag))
            return g_strdup(record->uuid);
    }
    return NULL;
}

char *
firn_adoption_survey_find_parent(const FirnCandidate *candidate,
                                 const FirnAdoptionSurveyFacts *facts)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(facts->catalogue);
    const FirnListedSnapshot *at = firn_listed_snapshots_find(facts->listed, candidate->tag);

    for (guint steps = facts->listed->len; at != NULL && at->parent != NULL && steps > 0; steps--) {
        char *uuid = dup_uuid(records, at->parent);

        if (uuid != NULL)
            return uuid;
        at = firn_listed_snapshots_find(facts->listed, at->parent);
    }
    return NULL;
}
