/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conditions.h"

#include "catalogue-store.h"
#include "loop-thread.h"
#include "orphan-vm.h"
#include "scratch-dir.h"

#define UUID      "11111111-1111-4222-8333-123456789abc"
#define CONDITION "(&s&s&s&sx)"

typedef struct {
    FirnTestLoopThread *loop;   /* (owned) */
    FirnTestScratchDir *dir;    /* (owned) */
    FirnCatalogueStore *store;  /* (owned) */
    FirnVm *vm;                 /* (owned) */
    FirnConditions *conditions; /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy profile = {.max_snapshots = 3};

    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->store =
        firn_catalogue_store_new(firn_test_scratch_dir_get_path(fixture->dir), &profile);
    fixture->vm = firn_orphan_vm_new(UUID, firn_catalogue_store_get(fixture->store, UUID, "web1"));
    firn_vm_set_state(fixture->vm, FIRN_VM_STATE_OFF, "off");
    fixture->conditions = firn_conditions_new(fixture->vm);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_conditions_free(fixture->conditions);
    g_object_unref(fixture->vm);
    firn_catalogue_store_unref(fixture->store);
    firn_test_scratch_dir_free(fixture->dir);
    firn_test_loop_thread_stop(fixture->loop);
}

/* Returns since when it is so. */
static gint64
assert_is(Fixture *fixture, const char *wanted, const char *status, const char *reason)
{
    g_autoptr(GVariant) all = g_variant_ref_sink(firn_conditions_look(fixture->conditions, NULL));
    const char *type, *found_status, *found_reason, *message;
    gint64 since_us = 0;

    for (gsize i = 0; i < g_variant_n_children(all); i++) {
        g_variant_get_child(all,
                            i,
                            CONDITION,
                            &type,
                            &found_status,
                            &found_reason,
                            &message,
                            &since_us);
        if (!g_str_equal(type, wanted))
            continue;
        g_assert_cmpstr(found_status, ==, status);
        g_assert_cmpstr(found_reason, ==, reason);
        return since_us;
    }
    g_assert_not_reached();
}

static void
test_ready(Fixture *fixture, gconstpointer data)
{
    assert_is(fixture, "Ready", "True", "StateKnown");
    firn_vm_set_state(fixture->vm, FIRN_VM_STATE_UNKNOWN, "unknown");
    assert_is(fixture, "Ready", "Unknown", "StateUnknown");
    firn_vm_set_state(fixture->vm, FIRN_VM_STATE_ORPHANED, "orphaned");
    assert_is(fixture, "Ready", "False", "NotDefined");
}

static void
test_work(Fixture *fixture, gconstpointer data)
{
    assert_is(fixture, "Progressing", "False", "NoJob");
    assert_is(fixture, "Frozen", "False", "NotFrozen");
    firn_vm_set_job(fixture->vm, 7);
    firn_vm_set_frozen_since(fixture->vm, 1);
    assert_is(fixture, "Progressing", "True", "Job");
    assert_is(fixture, "Frozen", "True", "FrozenByFirn");
}

static void
test_not_known(Fixture *fixture, gconstpointer data)
{
    assert_is(fixture, "ConfigDrift", "Unknown", "NotCompared");
    assert_is(fixture, "DependencyMissing", "Unknown", "NotChecked");
}

static void
test_since(Fixture *fixture, gconstpointer data)
{
    gint64 first_us = assert_is(fixture, "Progressing", "False", "NoJob");

    g_assert_cmpint(first_us, >, 0);
    firn_vm_set_frozen_since(fixture->vm, 1);
    g_assert_cmpint(assert_is(fixture, "Progressing", "False", "NoJob"), ==, first_us);
    firn_vm_set_job(fixture->vm, 7);
    g_assert_cmpint(assert_is(fixture, "Progressing", "True", "Job"), >, first_us);
}

#define ADD(name, function)                                                                        \
    g_test_add("/service/conditions/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("ready", test_ready);
    ADD("work", test_work);
    ADD("not-known", test_not_known);
    ADD("since", test_since);
    return g_test_run();
}
