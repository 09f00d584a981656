/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-backends.h"

#include "engine-error.h"
#include "scratch-dir.h"
#include "small-disk.h"
#include "space-reserve.h"

/* What the backends were told, "BACKEND STEP DISK DISK;" each, and the one that fails, so often. */
static GString *calls;
static const char *failing;
static guint failures;

static gboolean
note(FirnBackend *backend, const char *step, const FirnCut *cut, GError **error)
{
    g_autofree char *call = g_strconcat(firn_backend_get_name(backend), " ", step, NULL);

    g_assert_cmpstr(cut->tag, ==, "t");
    g_string_append(calls, call);
    for (guint i = 0; i < cut->disks->len; i++)
        g_string_append_printf(calls, " %s", ((FirnDisk *)cut->disks->pdata[i])->target);
    g_string_append_c(calls, ';');
    if (g_strcmp0(failing, call) != 0 || failures == 0)
        return TRUE;
    failures--;
    g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE, "full");
    return FALSE;
}

static void
check(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    note(backend, "check", cut, NULL);
    firn_blockers_add(blockers, firn_backend_get_name(backend), "subject", "remedy", "message");
}

static gboolean
prepare(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return note(backend, "prepare", cut, error);
}

static gboolean
take(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return note(backend, "take", cut, error);
}

static gboolean
verify(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return note(backend, "verify", cut, error);
}

static gboolean
discard(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return note(backend, "discard", cut, error);
}

static void
check_revert(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    note(backend, "check_revert", cut, NULL);
}

static gboolean
revert(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return note(backend, "revert", cut, error);
}

static void
fill_interface(FirnBackendInterface *interface, const char *name)
{
    interface->name = name;
    interface->check = check;
    interface->prepare = prepare;
    interface->take = take;
    interface->verify = verify;
    interface->discard = discard;
    interface->check_revert = check_revert;
    interface->revert = revert;
}

#define DEFINE_BACKEND(Type, type, name)                                                           \
    typedef struct {                                                                               \
        GObject parent;                                                                            \
    } Type;                                                                                        \
    typedef GObjectClass Type##Class;                                                              \
    static GType type##_get_type(void);                                                            \
    static void type##_init_interface(FirnBackendInterface *interface)                             \
    {                                                                                              \
        fill_interface(interface, name);                                                           \
    }                                                                                              \
    G_DEFINE_TYPE_WITH_CODE(Type,                                                                  \
                            type,                                                                  \
                            G_TYPE_OBJECT,                                                         \
                            G_IMPLEMENT_INTERFACE(FIRN_TYPE_BACKEND, type##_init_interface))       \
    static void type##_class_init(Type##Class *class)                                              \
    {                                                                                              \
    }                                                                                              \
    static void type##_init(Type *self)                                                            \
    {                                                                                              \
    }

DEFINE_BACKEND(Images, images, "qcow2")
DEFINE_BACKEND(Volumes, volumes, "lvm-thin")

typedef struct {
    FirnBackend *backend; /* (owned) */
    GPtrArray *disks;     /* (owned) (element-type FirnDisk) "a" and "c" are images, "b" is not */
    FirnCut cut;
    GError *error; /* (owned) (nullable) */
} Fixture;

static void
add_disk(Fixture *fixture, const char *target, const char *backend)
{
    FirnDisk *disk = firn_disk_new(target, "raw");

    disk->backend = g_strdup(backend);
    g_ptr_array_add(fixture->disks, disk);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    FirnDiskBackends *backends = firn_disk_backends_new();

    firn_disk_backends_add(backends, g_object_new(images_get_type(), NULL));
    firn_disk_backends_add(backends, g_object_new(volumes_get_type(), NULL));
    fixture->backend = FIRN_BACKEND(backends);
    fixture->disks = firn_disks_new();
    add_disk(fixture, "a", NULL);
    add_disk(fixture, "b", "lvm-thin");
    add_disk(fixture, "c", "qcow2");
    fixture->cut = (FirnCut){NULL, fixture->disks, "t", 1000};
    calls = g_string_new(NULL);
    failing = NULL;
    failures = G_MAXUINT;
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_string_free(calls, TRUE);
    g_clear_error(&fixture->error);
    g_ptr_array_unref(fixture->disks);
    g_object_unref(fixture->backend);
}

static void
assert_calls(const char *expected)
{
    g_assert_cmpstr(calls->str, ==, expected);
    g_string_truncate(calls, 0);
}

static void
test_each_its_own(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();

    firn_backend_check(fixture->backend, &fixture->cut, blockers);
    g_assert_cmpuint(blockers->len, ==, 2);
    assert_calls("qcow2 check a c;lvm-thin check b;");
    firn_backend_check_revert(fixture->backend, &fixture->cut, blockers);
    assert_calls("qcow2 check_revert a c;lvm-thin check_revert b;");
    g_assert_true(firn_backend_prepare(fixture->backend, &fixture->cut, NULL));
    assert_calls("qcow2 prepare a c;lvm-thin prepare b;");
    g_assert_true(firn_backend_take(fixture->backend, &fixture->cut, NULL));
    assert_calls("qcow2 take a c;lvm-thin take b;");
    g_assert_true(firn_backend_verify(fixture->backend, &fixture->cut, NULL));
    assert_calls("qcow2 verify a c;lvm-thin verify b;");
    g_assert_true(firn_backend_discard(fixture->backend, &fixture->cut, NULL));
    assert_calls("qcow2 discard a c;lvm-thin discard b;");
}

static void
test_unused_backend(Fixture *fixture, gconstpointer data)
{
    g_ptr_array_remove_index(fixture->disks, 1);
    g_assert_true(firn_backend_take(fixture->backend, &fixture->cut, NULL));
    assert_calls("qcow2 take a c;");
}

static void
test_take_fails(Fixture *fixture, gconstpointer data)
{
    failing = "qcow2 take";
    g_assert_false(firn_backend_take(fixture->backend, &fixture->cut, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    assert_calls("qcow2 take a c;");
    g_clear_error(&fixture->error);
    failing = "lvm-thin take";
    g_assert_false(firn_backend_take(fixture->backend, &fixture->cut, &fixture->error));
    assert_calls("qcow2 take a c;lvm-thin take b;");
}

/* As much as possible is deleted, and the first failure is reported. */
static void
test_discard_fails(Fixture *fixture, gconstpointer data)
{
    failing = "qcow2 discard";
    g_assert_false(firn_backend_discard(fixture->backend, &fixture->cut, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    assert_calls("qcow2 discard a c;lvm-thin discard b;");
}

static void
test_revert_verifies_first(Fixture *fixture, gconstpointer data)
{
    g_assert_true(firn_backend_revert(fixture->backend, &fixture->cut, NULL));
    assert_calls("qcow2 verify a c;lvm-thin verify b;qcow2 revert a c;lvm-thin revert b;");
    failing = "lvm-thin verify";
    g_assert_false(firn_backend_revert(fixture->backend, &fixture->cut, &fixture->error));
    assert_calls("qcow2 verify a c;lvm-thin verify b;");
}

static void
test_unknown_backend(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();

    add_disk(fixture, "d", "lvm-thick");
    g_assert_false(firn_backend_take(fixture->backend, &fixture->cut, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&fixture->error);
    g_assert_false(firn_backend_discard(fixture->backend, &fixture->cut, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    assert_calls("");
    firn_backend_check(fixture->backend, &fixture->cut, blockers);
    g_assert_cmpstr(((FirnBlocker *)blockers->pdata[0])->code, ==, "DiskNotSupported");
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

/* On a full disk a deletion is tried again with a part of the reserve, as long as there is one. */
static void
test_discard_when_full(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnTestScratchDir) scratch = firn_test_scratch_dir_new();
    const char *folder = firn_test_scratch_dir_get_path(scratch);
    g_autofree char *reserve = g_build_filename(folder, "reserve", NULL);

    if (!firn_test_small_disk_mount(folder, "2m"))
        return;
    firn_space_reserve_set_place(reserve);
    g_assert_true(firn_space_reserve_fill(NULL));
    firn_test_small_disk_fill(folder, 0);
    ((FirnDisk *)fixture->disks->pdata[0])->path = g_build_filename(folder, "filler", NULL);
    failing = "qcow2 discard";
    failures = 1;
    g_assert_true(firn_backend_discard(fixture->backend, &fixture->cut, NULL));
    assert_calls("qcow2 discard a c;lvm-thin discard b;qcow2 discard a c;lvm-thin discard b;");
    failures = G_MAXUINT;
    g_assert_false(firn_backend_discard(fixture->backend, &fixture->cut, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    firn_space_reserve_set_place(NULL);
    firn_test_small_disk_unmount();
}

static gboolean
has_code(GPtrArray *blockers, const char *code)
{
    for (guint i = 0; i < blockers->len; i++)
        if (g_str_equal(((FirnBlocker *)blockers->pdata[i])->code, code))
            return TRUE;
    return FALSE;
}

/* Nothing new is begun that could not be deleted afterwards. */
static void
test_check_when_full(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnTestScratchDir) scratch = firn_test_scratch_dir_new();
    const char *folder = firn_test_scratch_dir_get_path(scratch);
    g_autofree char *reserve = g_build_filename(folder, "reserve", NULL);
    g_autoptr(GPtrArray) blockers = firn_blockers_new();

    firn_backend_check(fixture->backend, &fixture->cut, blockers);
    g_assert_false(has_code(blockers, "NoSpace"));
    if (!firn_test_small_disk_mount(folder, "512k"))
        return;
    firn_space_reserve_set_place(reserve);
    firn_backend_check(fixture->backend, &fixture->cut, blockers);
    g_assert_true(has_code(blockers, "NoSpace"));
    firn_space_reserve_set_place(NULL);
    firn_test_small_disk_unmount();
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/disk-backends/each-its-own", test_each_its_own);
    add("/disk-backends/unused", test_unused_backend);
    add("/disk-backends/take-fails", test_take_fails);
    add("/disk-backends/discard-fails", test_discard_fails);
    add("/disk-backends/discard-when-full", test_discard_when_full);
    add("/disk-backends/check-when-full", test_check_when_full);
    add("/disk-backends/revert-verifies-first", test_revert_verifies_first);
    add("/disk-backends/unknown", test_unknown_backend);
    return g_test_run();
}
