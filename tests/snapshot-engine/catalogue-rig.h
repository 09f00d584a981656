/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"
#include "scratch-dir.h"

#define FIRN_TEST_VM_UUID "12345678-1234-1234-1234-123456789abc"

extern const FirnPolicy firn_test_catalogue_profile;

/**
 * FirnTestCatalogue:
 *
 * Fixture: the catalogue of one VM in a folder that does not exist yet.
 */
typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    char *directory;             /* (owned) made by the first change */
    char *path;                  /* (owned) of the document */
    FirnCatalogue *catalogue;    /* (owned) */
    GError *error;               /* (owned) (nullable) */
} FirnTestCatalogue;

/**
 * firn_test_catalogue_set_up:
 * @fixture: zeros
 * @data: not used
 */
void firn_test_catalogue_set_up(FirnTestCatalogue *fixture, gconstpointer data);

/**
 * firn_test_catalogue_tear_down:
 * @data: not used
 */
void firn_test_catalogue_tear_down(FirnTestCatalogue *fixture, gconstpointer data);

/**
 * firn_test_catalogue_reopen:
 * @fixture: a fixture; its catalogue is read from its file
 */
void firn_test_catalogue_reopen(FirnTestCatalogue *fixture);

/**
 * firn_test_catalogue_drain:
 *
 * Runs the main loop until nothing is pending.
 */
void firn_test_catalogue_drain(void);

/**
 * firn_test_catalogue_make_record:
 * @parent: (nullable): UUID of its parent
 *
 * Returns: (transfer full): a complete record, younger than all earlier ones
 */
FirnSnapshot *firn_test_catalogue_make_record(const char *name, const char *parent);

/**
 * firn_test_catalogue_add:
 * @name: name of a snapshot
 *
 * Adds a child of the current one; must succeed.
 *
 * Returns: (transfer full): its UUID
 */
char *firn_test_catalogue_add(FirnTestCatalogue *fixture, const char *name);

/**
 * firn_test_catalogue_assert_tree:
 * @expected: "NAME<PARENT " for each, in tree order
 */
void firn_test_catalogue_assert_tree(FirnTestCatalogue *fixture, const char *expected);
