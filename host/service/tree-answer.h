/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnTreeColumn:
 *
 * The columns of GetTree, in its order.
 */
typedef enum {
    FIRN_TREE_UUIDS,       /* "as" */
    FIRN_TREE_PARENTS,     /* "ai" */
    FIRN_TREE_NAMES,       /* "as" */
    FIRN_TREE_VERDICTS,    /* "as" */
    FIRN_TREE_CREATED,     /* "at" */
    FIRN_TREE_COMMENTS,    /* "as" */
    FIRN_TREE_TAGS,        /* "as" */
    FIRN_TREE_FROZEN_FOR,  /* "at" */
    FIRN_TREE_INDICATIONS, /* "as" */
    FIRN_TREE_N_COLUMNS,
} FirnTreeColumn;

#define FIRN_TREE_FOREIGN_TYPE "a(stsass)"

/**
 * FirnTreeAnswer:
 * @columns: what does not depend on the disks, by FirnTreeColumn: all snapshots in tree order
 * @current: UUID of the current snapshot; "" if none
 * @unavailable: (element-type utf8): UUIDs of snapshots that are missing on a disk
 * @foreign: FIRN_TREE_FOREIGN_TYPE: foreign snapshots, by time
 * @has_looked: whether the disks could be read; else @unavailable comes from the catalogue, and
 * @foreign is empty
 *
 * The answer to GetTree, which describes the members.
 */
typedef struct {
    GVariant *columns[FIRN_TREE_N_COLUMNS]; /* (owned) */
    char *current;                          /* (owned) */
    GHashTable *unavailable;                /* (owned) */
    GVariant *foreign;                      /* (owned) */
    gboolean has_looked;
} FirnTreeAnswer;

void firn_tree_answer_free(FirnTreeAnswer *self);

/**
 * firn_tree_answer_async:
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Reads the disks to find foreign and missing snapshots, and builds the columns, which depend only
 * on the catalogue, meanwhile.
 */
void firn_tree_answer_async(FirnVm *vm, GAsyncReadyCallback callback, gpointer user_data);

/**
 * firn_tree_answer_finish:
 * @result: as given to the callback
 *
 * Returns: (transfer full): the answer
 */
FirnTreeAnswer *firn_tree_answer_finish(GAsyncResult *result);

/**
 * firn_tree_answer_to_variant:
 *
 * Returns: (transfer floating): the values that GetTree returns
 */
GVariant *firn_tree_answer_to_variant(const FirnTreeAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTreeAnswer, firn_tree_answer_free)
