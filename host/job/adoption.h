/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnAdoptionBar:
 * @FIRN_ADOPTION_FREE: nothing stands in the way
 * @FIRN_ADOPTION_AMBIGUOUS: its tag does not tell which one is meant
 * @FIRN_ADOPTION_UNSPELLABLE: its tag cannot be told to every tool
 * @FIRN_ADOPTION_PARTIAL: a disk that it should be on lacks it
 * @FIRN_ADOPTION_EXTERNAL: some of it is not in the disks' images
 * @FIRN_ADOPTION_COVERED: it is listed, and may be below an overlay
 * @FIRN_ADOPTION_EMPTY: it is listed, and no disk has it
 * @FIRN_ADOPTION_LIMIT: the VM has as many as it may have
 *
 * What keeps a snapshot from being adopted.
 */
typedef enum {
    FIRN_ADOPTION_FREE,
    FIRN_ADOPTION_AMBIGUOUS,
    FIRN_ADOPTION_UNSPELLABLE,
    FIRN_ADOPTION_PARTIAL,
    FIRN_ADOPTION_EXTERNAL,
    FIRN_ADOPTION_COVERED,
    FIRN_ADOPTION_EMPTY,
    FIRN_ADOPTION_LIMIT,
} FirnAdoptionBar;

/**
 * firn_adoption_bar_word:
 * @bar: what keeps a snapshot from being adopted
 *
 * Returns: (transfer none): "ambiguous" ...; "" for nothing
 */
const char *firn_adoption_bar_word(FirnAdoptionBar bar);

/**
 * FirnAdoptionFacts:
 * @catalogue: what firn has records of
 * @intents: (element-type FirnIntent): jobs on this VM that were interrupted
 * @disks: (element-type FirnDisk): the disks of the VM, with their tables
 * @listed: (element-type FirnListedSnapshot): what the VM's source lists besides
 * @found_by: uid of who asks
 *
 * What there is.
 */
typedef struct {
    FirnCatalogue *catalogue; /* (unowned) */
    GPtrArray *intents;       /* (unowned) */
    GPtrArray *disks;         /* (unowned) */
    GPtrArray *listed;        /* (unowned) */
    guint found_by;
} FirnAdoptionFacts;

/**
 * FirnCandidate:
 * @tag: its name on the disks, or in the source's list
 * @record: (nullable): what it would be in the catalogue; %NULL if it cannot be adopted
 * @bar: what keeps it from being adopted
 * @why: (nullable): the same as a clause for people
 *
 * A snapshot that others have made.
 */
typedef struct {
    char *tag;            /* (owned) */
    FirnSnapshot *record; /* (owned) (nullable) */
    FirnAdoptionBar bar;
    char *why; /* (owned) (nullable) */
} FirnCandidate;

/**
 * firn_candidate_refuse:
 * @self: a candidate
 * @bar: why it is not adopted
 * @why: (transfer full): the same for people
 */
void firn_candidate_refuse(FirnCandidate *self, FirnAdoptionBar bar, char *why);

/**
 * firn_adoption_survey:
 * @facts: what there is
 *
 * Looks at each snapshot that the catalogue has no record of. One can be adopted if its tag is
 * clear, and each disk that it should be on has it exactly once: those that the source names, or
 * every writable one. Touches nothing.
 *
 * Returns: (transfer full) (element-type FirnCandidate): all of them; parents before children as
 * far as the source tells, else by time
 */
GPtrArray *firn_adoption_survey(const FirnAdoptionFacts *facts);

/**
 * firn_adoption_find_parent:
 * @candidate: one that is about to be adopted
 * @facts: what there is
 *
 * Returns: (transfer full) (nullable): UUID of its nearest ancestor in the source's list that the
 * catalogue has a record of; %NULL if it has none, or if nobody tells
 */
char *firn_adoption_find_parent(const FirnCandidate *candidate, const FirnAdoptionFacts *facts);
