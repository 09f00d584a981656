/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drift-guard.h"

#include <string.h>

#include "catalogue-change.h"
#include "scratch-dir.h"

#define UUID "11111111-1111-4222-8333-123456789abc"
#define DOMAIN(attributes, mib)                                                                    \
    "<domain type='kvm'" attributes "><name>web1</name><uuid>" UUID "</uuid>"                      \
    "<memory unit='KiB'>" mib "</memory></domain>"
#define THEN    DOMAIN("", "524288")
#define STARTED DOMAIN(" id='4'", "524288")
#define CHANGED DOMAIN(" id='4'", "1048576")

typedef struct {
    FirnTestScratchDir *dir;  /* (owned) */
    FirnCatalogue *catalogue; /* (owned) */
} Fixture;

static void
set_guard(Fixture *fixture, FirnDriftGuard guard)
{
    const FirnPolicy policy = {.max_snapshots = 3, .drift_guard = guard};

    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy policy = {.max_snapshots = 3, .drift_guard = FIRN_DRIFT_GUARD_STRICT};

    fixture->dir = firn_test_scratch_dir_new();
    fixture->catalogue =
        firn_catalogue_open(firn_test_scratch_dir_get_path(fixture->dir), UUID, "web1", &policy);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_object_unref(fixture->catalogue);
    firn_test_scratch_dir_free(fixture->dir);
}

static void
add_snapshot(Fixture *fixture, const char *name, const char *definition)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new(name, NULL, firn_evidence_new(FIRN_QUIESCE_REQUIRE));

    snapshot->definition = g_strdup(definition);
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, add, snapshot));
}

static void
assert_allows(Fixture *fixture, const char *xml)
{
    g_autofree char *sentence = firn_drift_guard_refuse(fixture->catalogue, xml);

    g_assert_cmpstr(sentence, ==, NULL);
}

static void
test_no_snapshots(Fixture *fixture, gconstpointer data)
{
    assert_allows(fixture, CHANGED);
}

static void
test_unchanged(Fixture *fixture, gconstpointer data)
{
    add_snapshot(fixture, "s1", THEN);
    assert_allows(fixture, STARTED);
}

static void
test_changed(Fixture *fixture, gconstpointer data)
{
    g_autofree char *sentence = NULL;

    add_snapshot(fixture, "s1", THEN);
    sentence = firn_drift_guard_refuse(fixture->catalogue, CHANGED);
    g_assert_nonnull(sentence);
    g_assert_nonnull(strstr(sentence, "snapshot s1,"));
    g_assert_nonnull(strstr(sentence, "memory 512 MiB -> 1024 MiB"));
    g_assert_nonnull(strstr(sentence, "firn policy web1 set drift-guard=warn"));
    g_assert_null(strchr(sentence, '\n'));
}

/* Only the current snapshot counts, not older ones. */
static void
test_current(Fixture *fixture, gconstpointer data)
{
    add_snapshot(fixture, "s1", THEN);
    add_snapshot(fixture, "s2", CHANGED);
    assert_allows(fixture, CHANGED);
}

static void
test_not_strict(Fixture *fixture, gconstpointer data)
{
    add_snapshot(fixture, "s1", THEN);
    set_guard(fixture, FIRN_DRIFT_GUARD_WARN);
    assert_allows(fixture, CHANGED);
    set_guard(fixture, FIRN_DRIFT_GUARD_OFF);
    assert_allows(fixture, CHANGED);
}

static void
test_no_definition(Fixture *fixture, gconstpointer data)
{
    add_snapshot(fixture, "s1", NULL);
    assert_allows(fixture, CHANGED);
}

/* The domain was transient when its snapshot was made. */
static void
test_transient(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new("s1", NULL, firn_evidence_new(FIRN_QUIESCE_REQUIRE));
    g_autofree char *sentence = NULL;

    snapshot->live_definition = g_strdup(STARTED);
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, add, snapshot));
    assert_allows(fixture, THEN);
    sentence = firn_drift_guard_refuse(fixture->catalogue, CHANGED);
    g_assert_nonnull(sentence);
    g_assert_nonnull(strstr(sentence, "memory 512 MiB -> 1024 MiB"));
}

/* A failure of firn must not block a guest's start. */
static void
test_unreadable(Fixture *fixture, gconstpointer data)
{
    add_snapshot(fixture, "s1", THEN);
    g_test_expect_message("firn-vm", G_LOG_LEVEL_WARNING, "*cannot compare*");
    assert_allows(fixture, "<domain");
    g_test_assert_expected_messages();
}

#define ADD(name, function)                                                                        \
    g_test_add("/vm/drift-guard/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("no-snapshots", test_no_snapshots);
    ADD("unchanged", test_unchanged);
    ADD("changed", test_changed);
    ADD("measured-by-the-current-one", test_current);
    ADD("not-strict", test_not_strict);
    ADD("no-definition", test_no_definition);
    ADD("transient-then", test_transient);
    ADD("unreadable", test_unreadable);
    return g_test_run();
}
