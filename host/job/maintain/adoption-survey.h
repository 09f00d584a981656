/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnAdoptionSurveyBlocker:
 * @FIRN_ADOPTION_SURVEY_BLOCKER_FREE: it can be adopted
 * @FIRN_ADOPTION_SURVEY_BLOCKER_AMBIGUOUS: its tag is not unique
 * @FIRN_ADOPTION_SURVEY_BLOCKER_UNSPELLABLE: its tag cannot be passed to every tool
 * @FIRN_ADOPTION_SURVEY_BLOCKER_PARTIAL: a disk that should have it does not
 * @FIRN_ADOPTION_SURVEY_BLOCKER_EXTERNAL: part of it is not in the disks' images
 * @FIRN_ADOPTION_SURVEY_BLOCKER_COVERED: it is listed, and may be below an overlay
 * @FIRN_ADOPTION_SURVEY_BLOCKER_EMPTY: it is listed, but no disk has it
 * @FIRN_ADOPTION_SURVEY_BLOCKER_LIMIT: the VM has reached its limit of snapshots
 *
 * Why a snapshot cannot be adopted.
 */
typedef enum {
    FIRN_ADOPTION_SURVEY_BLOCKER_FREE,
    FIRN_ADOPTION_SURVEY_BLOCKER_AMBIGUOUS,
    FIRN_ADOPTION_SURVEY_BLOCKER_UNSPELLABLE,
    FIRN_ADOPTION_SURVEY_BLOCKER_PARTIAL,
    FIRN_ADOPTION_SURVEY_BLOCKER_EXTERNAL,
    FIRN_ADOPTION_SURVEY_BLOCKER_COVERED,
    FIRN_ADOPTION_SURVEY_BLOCKER_EMPTY,
    FIRN_ADOPTION_SURVEY_BLOCKER_LIMIT,
} FirnAdoptionSurveyBlocker;

/**
 * FirnAdoptionSurveyFacts:
 * @catalogue: the records of the VM
 * @intents: (element-type FirnIntent): interrupted jobs on this VM
 * @disks: (element-type FirnDisk): the disks of the VM, with their tables
 * @listed: (element-type FirnListedSnapshot): what else the VM's source lists
 * @found_by: uid of the caller
 *
 * The input of a survey.
 */
typedef struct {
    FirnCatalogue *catalogue; /* (unowned) */
    GPtrArray *intents;       /* (unowned) */
    GPtrArray *disks;         /* (unowned) */
    GPtrArray *listed;        /* (unowned) */
    guint found_by;
} FirnAdoptionSurveyFacts;

/**
 * FirnCandidate:
 * @tag: its name on the disks, or in the source's list
 * @record: (nullable): its future record; %NULL if it cannot be adopted
 * @bar: why it cannot be adopted
 * @why: (nullable): the same as a clause for people
 *
 * A snapshot that another tool has made.
 */
typedef struct {
    char *tag;            /* (owned) */
    FirnSnapshot *record; /* (owned) (nullable) */
    FirnAdoptionSurveyBlocker bar;
    char *why; /* (owned) (nullable) */
} FirnCandidate;

/**
 * firn_candidate_refuse:
 * @bar: why it is not adopted
 * @why: (transfer full): the same for people
 */
void firn_candidate_refuse(FirnCandidate *self, FirnAdoptionSurveyBlocker bar, char *why);

/**
 * firn_adoption_survey_run:
 *
 * Judges each snapshot that has no record in the catalogue. It can be adopted if its tag is unique
 * and each disk that should have it has it exactly once: the disks that the source names, or every
 * writable one. Changes nothing.
 *
 * Returns: (transfer full) (element-type FirnCandidate): all of them; parents before children where
 * the source knows them, else by time
 */
GPtrArray *firn_adoption_survey_run(const FirnAdoptionSurveyFacts *facts);

/**
 * firn_adoption_survey_find_parent:
 * @candidate: the snapshot to adopt
 *
 * Returns: (transfer full) (nullable): UUID of its nearest ancestor in the source's list that has a
 * record; %NULL if it has none, or if that is unknown
 */
char *firn_adoption_survey_find_parent(const FirnCandidate *candidate,
                                       const FirnAdoptionSurveyFacts *facts);
