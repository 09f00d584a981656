/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-machines.h"

#include "engine-error.h"
#include "host-error.h"

static void
assert_name(const char *launch, const char *expected)
{
    g_autofree char *found = firn_qemu_machines_find_name(launch);

    g_assert_cmpstr(found, ==, expected);
}

static void
test_name(void)
{
    assert_name("/q -M q35 -m 1", "q35");
    assert_name("/q -machine 'pc,accel=tcg'", "pc");
    assert_name("/q -machine accel=tcg,type=pc", "pc");
    assert_name("/q -M q35 -machine accel=tcg", "q35");
    assert_name("/q -M q35 --machine pc", "pc");
    assert_name("/q -m 256", NULL);
    assert_name("/q -M", NULL);
    assert_name("/q -M ''", NULL);
    assert_name("'", NULL);
}

static char *
resolve(const char *program, const char *name)
{
    char *type = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_qemu_machines_resolve(program, name, &type, &error));
    g_assert_no_error(error);
    return type;
}

static void
test_real(void)
{
    g_autofree char *program = g_find_program_in_path("qemu-system-x86_64");
    g_autofree char *type = NULL;
    g_autofree char *same = NULL;

    if (program == NULL) {
        g_test_skip("QEMU is not installed");
        return;
    }
    type = resolve(program, "q35");
    g_assert_true(g_str_has_prefix(type, "pc-q35-"));
    same = resolve(program, type);
    g_assert_cmpstr(same, ==, type);
    g_assert_null(resolve(program, "pc-q35-0.1"));
    g_assert_null(resolve(program, "Supported"));
    g_assert_null(resolve(program, ""));
}

static void
test_others(void)
{
    char *type = NULL;
    g_autoptr(GError) no_qemu = NULL;
    g_autoptr(GError) missing = NULL;

    g_assert_false(firn_qemu_machines_resolve("/bin/true", "q35", &type, &no_qemu));
    g_assert_error(no_qemu, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_false(firn_qemu_machines_resolve("/no such program", "q35", &type, &missing));
    g_assert_error(missing, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
    g_assert_null(type);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/qemu-machines/name", test_name);
    g_test_add_func("/vm/qemu-machines/real", test_real);
    g_test_add_func("/vm/qemu-machines/others", test_others);
    return g_test_run();
}
