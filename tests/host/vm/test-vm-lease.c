/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-lease.h"

#include "vm-rig.h"

typedef struct {
    FirnTestVmRig rig;
    GAsyncQueue *changes; /* (element-type GThread) threads that emitted "changed" */
} Fixture;

static void
on_changed(FirnVm *vm, gpointer changes)
{
    g_async_queue_push(changes, g_thread_self());
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_set_up(&fixture->rig);
    /* The query that follows the connect has been answered. */
    firn_test_vm_rig_see_events(&fixture->rig);
    fixture->changes = g_async_queue_new();
    g_signal_connect(fixture->rig.vm, "changed", G_CALLBACK(on_changed), fixture->changes);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_tear_down(&fixture->rig);
    g_async_queue_unref(fixture->changes);
}

static void
assert_changed(Fixture *fixture)
{
    gpointer thread = g_async_queue_timeout_pop(fixture->changes, 10 * G_USEC_PER_SEC);

    g_assert_nonnull(thread);
    g_assert_true(thread != (gpointer)g_thread_self());
}

static void
test_frozen_since(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), ==, 0);
    g_assert_true(firn_vm_lease_take(fixture->rig.vm, 17, NULL));
    assert_changed(fixture);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), ==, 17);
    firn_vm_lease_end(fixture->rig.vm);
    assert_changed(fixture);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), ==, 0);
}

static void
keep_notes(Fixture *fixture, FirnStateDir *leases)
{
    g_autofree char *path = g_build_filename(fixture->rig.folder, "journal", NULL);
    g_autoptr(FirnJournal) journal = firn_journal_open(path);

    firn_vm_keep_notes(fixture->rig.vm, leases, journal);
}

static void
test_lease(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->rig.folder, "leases", NULL);
    g_autofree char *file = firn_lease_file_name(firn_vm_get_uuid(fixture->rig.vm));
    g_autoptr(FirnStateDir) leases = firn_state_dir_new(path, FIRN_DURABILITY_WHOLE);
    g_autoptr(FirnLease) lease = NULL;

    keep_notes(fixture, leases);
    g_assert_true(firn_vm_lease_take(fixture->rig.vm, 17, NULL));
    lease = firn_lease_read(leases, file, NULL);
    g_assert_cmpstr(lease->vm_uuid, ==, firn_vm_get_uuid(fixture->rig.vm));
    g_assert_cmpint(lease->since_us, ==, 17);
    firn_vm_lease_end(fixture->rig.vm);
    g_assert_false(firn_state_dir_has(leases, file));
}

/* A freeze that could not be undone after a crash must not begin. */
static void
test_no_lease(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnStateDir) leases = firn_state_dir_new("/dev/null/leases", FIRN_DURABILITY_WHOLE);
    g_autoptr(GError) error = NULL;

    keep_notes(fixture, leases);
    g_assert_false(firn_vm_lease_take(fixture->rig.vm, 17, &error));
    g_assert_nonnull(error);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), ==, 0);
}

/* A guest that is paused for its RAM is not shown as frozen. */
static void
test_stopped(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->rig.folder, "leases", NULL);
    g_autofree char *file = firn_lease_file_name(firn_vm_get_uuid(fixture->rig.vm));
    g_autoptr(FirnStateDir) leases = firn_state_dir_new(path, FIRN_DURABILITY_WHOLE);
    g_autoptr(FirnLease) lease = NULL;

    g_assert_false(firn_vm_lease_is_there(fixture->rig.vm));
    keep_notes(fixture, leases);
    g_assert_true(firn_vm_lease_take_stop(fixture->rig.vm, NULL));
    g_assert_true(firn_vm_lease_is_there(fixture->rig.vm));
    lease = firn_lease_read(leases, file, NULL);
    g_assert_true(lease->is_stopped);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), ==, 0);
    firn_vm_lease_end_stop(fixture->rig.vm);
    g_assert_false(firn_vm_lease_is_there(fixture->rig.vm));
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/vm-lease/frozen-since", test_frozen_since);
    add("/vm/vm-lease/there-while-it-may-be-frozen", test_lease);
    add("/vm/vm-lease/none-no-freeze", test_no_lease);
    add("/vm/vm-lease/stopped", test_stopped);
    return g_test_run();
}
