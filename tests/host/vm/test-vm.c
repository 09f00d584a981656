/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm.h"

#include <string.h>

#include "host-error.h"
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
test_state(Fixture *fixture, gconstpointer data)
{
    firn_vm_set_state(fixture->rig.vm, FIRN_VM_STATE_PAUSED, "paused");
    assert_changed(fixture);
    firn_vm_set_state(fixture->rig.vm, FIRN_VM_STATE_PAUSED, "io-error");
    assert_changed(fixture);
    firn_vm_set_state(fixture->rig.vm, FIRN_VM_STATE_PAUSED, "io-error");
    firn_test_vm_rig_see_events(&fixture->rig);
    g_assert_cmpint(g_async_queue_length(fixture->changes), ==, 0);
}

static void
set_job(gpointer vm)
{
    firn_vm_set_job(vm, 5);
}

static void
test_job(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(set_job, fixture->rig.vm);
    assert_changed(fixture);
    g_assert_cmpuint(firn_vm_get_job(fixture->rig.vm), ==, 5);
}

static GPtrArray *(*list_really)(FirnVm *, GCancellable *, GError **);

/* A source whose second disk cannot be read. */
static GPtrArray *
list_with_unread(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    GPtrArray *disks = list_really(vm, cancellable, error);
    FirnDisk *unread = firn_disk_new("vdz", "qcow2");

    unread->is_unread = TRUE;
    firn_disk_obstruct(unread, "bring it back", "it is gone");
    g_ptr_array_add(disks, unread);
    return disks;
}

/* A caller that needs all snapshot tables gets an error rather than some of them. */
static void
test_unread(Fixture *fixture, gconstpointer data)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(fixture->rig.vm);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) some = NULL;

    list_really = klass->list_disks;
    klass->list_disks = list_with_unread;
    some = firn_vm_survey_disks(fixture->rig.vm, NULL, &error);
    g_assert_no_error(error);
    g_assert_nonnull(firn_disks_find(some, "vdz"));
    g_assert_null(firn_vm_list_disks(fixture->rig.vm, NULL, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED);
    g_assert_nonnull(strstr(error->message, "disk vdz: it is gone; bring it back"));
    klass->list_disks = list_really;
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
    add("/vm/vm/state-is-told-on-the-main-loop", test_state);
    add("/vm/vm/job", test_job);
    add("/vm/vm/unread-disk", test_unread);
    return g_test_run();
}
