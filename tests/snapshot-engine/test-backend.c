/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend.h"

#include "engine-error.h"

#define TEST_TYPE_BACKEND (test_backend_get_type())
G_DECLARE_FINAL_TYPE(TestBackend, test_backend, TEST, BACKEND, GObject)

/* Records which functions were called; take fails. */
struct _TestBackend {
    GObject parent;
    GString *calls; /* (owned) */
};

static void test_backend_init_interface(FirnBackendInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(TestBackend,
                              test_backend,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_BACKEND, test_backend_init_interface))

static void
note(FirnBackend *backend, const FirnCut *cut, const char *what)
{
    g_string_append_printf(TEST_BACKEND(backend)->calls, "%s %s;", what, cut->tag);
}

static void
check(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    note(backend, cut, "check");
    firn_blockers_add(blockers, "Code", "subject", "remedy", "message");
}

static gboolean
prepare(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    note(backend, cut, "prepare");
    return TRUE;
}

static gboolean
take(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    note(backend, cut, "take");
    g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE, "full");
    return FALSE;
}

static gboolean
verify(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    note(backend, cut, "verify");
    return TRUE;
}

static gboolean
discard(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    note(backend, cut, "discard");
    return TRUE;
}

static void
check_revert(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    note(backend, cut, "check_revert");
}

static gboolean
revert(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    note(backend, cut, "revert");
    return TRUE;
}

static void
test_backend_init_interface(FirnBackendInterface *interface)
{
    interface->name = "test";
    interface->check = check;
    interface->prepare = prepare;
    interface->take = take;
    interface->verify = verify;
    interface->discard = discard;
    interface->check_revert = check_revert;
    interface->revert = revert;
}

static void
test_backend_finalize(GObject *object)
{
    g_string_free(TEST_BACKEND(object)->calls, TRUE);
    G_OBJECT_CLASS(test_backend_parent_class)->finalize(object);
}

static void
test_backend_class_init(TestBackendClass *class)
{
    G_OBJECT_CLASS(class)->finalize = test_backend_finalize;
}

static void
test_backend_init(TestBackend *self)
{
    self->calls = g_string_new(NULL);
}

static void
test_calls_reach_the_implementation(void)
{
    g_autoptr(FirnBackend) backend = g_object_new(TEST_TYPE_BACKEND, NULL);
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autoptr(GError) error = NULL;
    FirnCut cut = {.tag = "t"};

    g_assert_cmpstr(firn_backend_get_name(backend), ==, "test");
    firn_backend_check(backend, &cut, blockers);
    g_assert_cmpuint(blockers->len, ==, 1);
    g_assert_true(firn_backend_prepare(backend, &cut, NULL));
    g_assert_false(firn_backend_take(backend, &cut, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    g_assert_true(firn_backend_verify(backend, &cut, NULL));
    g_assert_true(firn_backend_discard(backend, &cut, NULL));
    firn_backend_check_revert(backend, &cut, blockers);
    g_assert_true(firn_backend_revert(backend, &cut, NULL));
    g_assert_cmpstr(TEST_BACKEND(backend)->calls->str,
                    ==,
                    "check t;prepare t;take t;verify t;discard t;check_revert t;revert t;");
}

static void
test_finds_image_format(void)
{
    g_assert_cmpstr(firn_backend_find_image_format("qcow2"), ==, "qcow2");
    g_assert_cmpstr(firn_backend_find_image_format("lvm-thin"), ==, "raw");
    g_assert_cmpstr(firn_backend_find_image_format("lvm-thick"), ==, "raw");
    g_assert_null(firn_backend_find_image_format("lvm-other"));
    g_assert_null(firn_backend_find_image_format("other"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/backend/calls", test_calls_reach_the_implementation);
    g_test_add_func("/snapshot-engine/backend/image-format", test_finds_image_format);
    return g_test_run();
}
