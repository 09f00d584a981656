/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-drift.h"

#include "catalogue-change.h"
#include "host-error.h"
#include "scratch-dir.h"
#include "snapshot-registry.h"

#define UUID "11111111-1111-4222-8333-123456789abc"
#define DOMAIN(attributes, kib)                                                                    \
    "<domain type='kvm'" attributes "><name>web1</name><uuid>" UUID "</uuid>"                      \
    "<memory unit='KiB'>" kib "</memory></domain>"
#define SMALL      DOMAIN("", "524288")
#define LARGE      DOMAIN("", "1048576")
#define LIVE_SMALL DOMAIN(" id='1'", "524288")

/* A VM with definitions given by the test. */
#define TEST_TYPE_VM (test_vm_get_type())
G_DECLARE_FINAL_TYPE(TestVm, test_vm, TEST, VM, FirnVm)

struct _TestVm {
    FirnVm parent_instance;
    const char *definition; /* (unowned) (nullable) */
    const char *live;       /* (unowned) (nullable) */
};

G_DEFINE_FINAL_TYPE(TestVm, test_vm, FIRN_TYPE_VM)

static gboolean
describe(FirnVm *vm, char **out_definition, char **out_live, GError **error)
{
    TestVm *self = TEST_VM(vm);

    *out_definition = g_strdup(self->definition);
    *out_live = g_strdup(self->live);
    return TRUE;
}

static const FirnSnapshotRegistry registry = {.describe = describe};

static void
test_vm_class_init(TestVmClass *klass)
{
    FIRN_VM_CLASS(klass)->source = "test";
    FIRN_VM_CLASS(klass)->registry = &registry;
}

static void
test_vm_init(TestVm *self)
{
}

typedef struct {
    FirnTestScratchDir *dir;  /* (owned) */
    FirnCatalogue *catalogue; /* (owned) */
    TestVm *vm;               /* (owned) */
    FirnSnapshot *snapshot;   /* (owned) without definitions */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    FirnPolicy policy;

    firn_policy_init(&policy);
    fixture->dir = firn_test_scratch_dir_new();
    fixture->catalogue =
        firn_catalogue_open(firn_test_scratch_dir_get_path(fixture->dir), UUID, "web1", &policy);
    fixture->vm = g_object_new(TEST_TYPE_VM,
                               "uuid",
                               UUID,
                               "name",
                               "web1",
                               "catalogue",
                               fixture->catalogue,
                               NULL);
    fixture->snapshot = firn_snapshot_new("s1", NULL, firn_evidence_new(FIRN_QUIESCE_REQUIRE));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_snapshot_unref(fixture->snapshot);
    g_object_unref(fixture->vm);
    g_object_unref(fixture->catalogue);
    firn_test_scratch_dir_free(fixture->dir);
}

static void
assert_found(Fixture *fixture, const char *drift, const char *pending)
{
    /* %NULL if they cannot be compared. */
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnVmDrift) found =
        firn_vm_drift_read(FIRN_VM(fixture->vm), fixture->snapshot, &error);
    g_autofree char *found_drift = NULL;
    g_autofree char *found_pending = NULL;

    g_assert_no_error(error);
    found_drift = g_strjoinv("; ", found->drift);
    found_pending = g_strjoinv("; ", found->pending);
    g_assert_cmpint(found->is_compared, ==, drift != NULL);
    g_assert_cmpstr(found_drift, ==, drift == NULL ? "" : drift);
    g_assert_cmpstr(found_pending, ==, pending);
}

static void
test_off(Fixture *fixture, gconstpointer data)
{
    fixture->snapshot->definition = g_strdup(SMALL);
    fixture->vm->definition = SMALL;
    assert_found(fixture, "", "");
    fixture->vm->definition = LARGE;
    assert_found(fixture, "memory 512 MiB -> 1024 MiB", "");
}

static void
test_running(Fixture *fixture, gconstpointer data)
{
    fixture->snapshot->definition = g_strdup(SMALL);
    fixture->snapshot->live_definition = g_strdup(LIVE_SMALL);
    fixture->vm->definition = SMALL;
    fixture->vm->live = LIVE_SMALL;
    assert_found(fixture, "", "");
    fixture->vm->definition = LARGE;
    assert_found(fixture, "memory 512 MiB -> 1024 MiB", "memory 512 MiB -> 1024 MiB");
}

/* Its snapshot was made after the definition was changed, and the VM was started with it since. */
static void
test_pending_then(Fixture *fixture, gconstpointer data)
{
    fixture->snapshot->definition = g_strdup(LARGE);
    fixture->snapshot->live_definition = g_strdup(LIVE_SMALL);
    fixture->vm->definition = LARGE;
    assert_found(fixture, "", "");
}

static void
test_transient(Fixture *fixture, gconstpointer data)
{
    fixture->snapshot->live_definition = g_strdup(LIVE_SMALL);
    fixture->vm->live = LIVE_SMALL;
    assert_found(fixture, "", "");
    fixture->vm->live = DOMAIN(" id='2'", "2097152");
    assert_found(fixture, "memory 512 MiB -> 2048 MiB", "");
    fixture->vm->live = NULL;
    fixture->vm->definition = LARGE;
    assert_found(fixture, "memory 512 MiB -> 1024 MiB", "");
}

static void
test_unknown(Fixture *fixture, gconstpointer data)
{
    fixture->vm->definition = LARGE;
    fixture->vm->live = LIVE_SMALL;
    assert_found(fixture, NULL, "memory 512 MiB -> 1024 MiB");
}

static void
test_guard_off(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy policy = {.max_snapshots = 3, .drift_guard = FIRN_DRIFT_GUARD_OFF};

    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    fixture->snapshot->definition = g_strdup(SMALL);
    fixture->vm->definition = LARGE;
    fixture->vm->live = LIVE_SMALL;
    assert_found(fixture, NULL, "memory 512 MiB -> 1024 MiB");
}

static void
test_unreadable(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    fixture->snapshot->definition = g_strdup("<domain/>");
    fixture->vm->definition = LARGE;
    g_assert_null(firn_vm_drift_read(FIRN_VM(fixture->vm), fixture->snapshot, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
}

static void
assert_machine(Fixture *fixture, gboolean is_known, const char *drift)
{
    gboolean found_known = !is_known;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) found =
        firn_vm_drift_list_machine(FIRN_VM(fixture->vm), fixture->snapshot, &found_known, &error);
    g_autofree char *text = NULL;

    g_assert_no_error(error);
    text = g_strjoinv("; ", found);
    g_assert_cmpstr(text, ==, drift);
    g_assert_cmpint(found_known, ==, is_known);
}

/* RAM belongs to the machine that ran; a start uses the persistent definition, whatever the policy
 * says. */
static void
test_machine(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy policy = {.max_snapshots = 3, .drift_guard = FIRN_DRIFT_GUARD_OFF};

    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    assert_machine(fixture, FALSE, "");
    fixture->vm->definition = LARGE;
    assert_machine(fixture, FALSE, "");
    fixture->snapshot->definition = g_strdup(LARGE);
    assert_machine(fixture, TRUE, "");
    fixture->snapshot->live_definition = g_strdup(LIVE_SMALL);
    fixture->vm->live = LIVE_SMALL;
    assert_machine(fixture, TRUE, "memory 512 MiB -> 1024 MiB");
}

/* The VM was one of plain QEMU when its RAM was saved. */
static void
test_other_source(Fixture *fixture, gconstpointer data)
{
    fixture->snapshot->memory = firn_memory_record_new(FIRN_MEMORY_KIND_LIVE, "7.2.22");
    fixture->snapshot->memory->machine = g_strdup("/q -m 256");
    fixture->vm->definition = LARGE;
    assert_machine(fixture, FALSE, "");
}

static void
test_qemu(Fixture *fixture, gconstpointer data)
{
    g_autofree char *unknown = firn_vm_drift_find_qemu(FIRN_VM(fixture->vm));
    g_autofree char *found = NULL;

    g_assert_null(unknown);
    fixture->vm->definition = "<domain><name>web1</name><uuid>" UUID "</uuid>"
                              "<devices><emulator>/q</emulator></devices></domain>";
    found = firn_vm_drift_find_qemu(FIRN_VM(fixture->vm));
    g_assert_cmpstr(found, ==, "/q");
}

static void
test_machine_unreadable(Fixture *fixture, gconstpointer data)
{
    gboolean is_known;
    g_autoptr(GError) error = NULL;

    fixture->snapshot->definition = g_strdup("<domain/>");
    fixture->vm->definition = LARGE;
    g_assert_null(
        firn_vm_drift_list_machine(FIRN_VM(fixture->vm), fixture->snapshot, &is_known, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
}

#define ADD(name, function)                                                                        \
    g_test_add("/vm/vm-drift/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("off", test_off);
    ADD("running", test_running);
    ADD("pending-when-it-was-made", test_pending_then);
    ADD("transient", test_transient);
    ADD("nothing-to-compare-with", test_unknown);
    ADD("guard-off", test_guard_off);
    ADD("unreadable", test_unreadable);
    ADD("machine", test_machine);
    ADD("machine/other-source", test_other_source);
    ADD("machine/unreadable", test_machine_unreadable);
    ADD("qemu", test_qemu);
    return g_test_run();
}
