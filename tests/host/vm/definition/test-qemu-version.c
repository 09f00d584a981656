/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-version.h"

#include "engine-error.h"
#include "host-error.h"

static void
assert_program(const char *launch, const char *expected)
{
    g_autofree char *found = firn_qemu_version_find_program(launch);

    g_assert_cmpstr(found, ==, expected);
}

static void
test_program(void)
{
    assert_program("/usr/bin/qemu-system-x86_64 -m 256", "/usr/bin/qemu-system-x86_64");
    assert_program("/usr/libexec/qemu-kvm -m 256", "/usr/libexec/qemu-kvm");
    assert_program("/usr/bin/systemd-run --collect '/o pt/qemu-system-arm' -m 1",
                   "/o pt/qemu-system-arm");
    assert_program("/srv/start-web1", NULL);
    assert_program("/usr/bin/qemu-img info", NULL);
    assert_program("'", NULL);
}

static void
test_real(void)
{
    g_autofree char *program = g_find_program_in_path("qemu-system-x86_64");
    g_autofree char *version = NULL;
    g_autoptr(GError) error = NULL;

    if (program == NULL) {
        g_test_skip("QEMU is not installed");
        return;
    }
    version = firn_qemu_version_ask(program, &error);
    g_assert_no_error(error);
    g_assert_true(firn_qemu_version_is_older("1.0", version));
    g_assert_false(firn_qemu_version_is_older(version, "1.0"));
}

static void
test_others(void)
{
    g_autoptr(GError) no_qemu = NULL;
    g_autoptr(GError) missing = NULL;

    g_assert_null(firn_qemu_version_ask("/bin/true", &no_qemu));
    g_assert_error(no_qemu, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_null(firn_qemu_version_ask("/no such program", &missing));
    g_assert_error(missing, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
}

static void
test_older(void)
{
    g_assert_true(firn_qemu_version_is_older("7.2.22", "8.0.0"));
    g_assert_true(firn_qemu_version_is_older("8.2.1", "8.10.0"));
    g_assert_false(firn_qemu_version_is_older("7.2.1", "7.2.22"));
    g_assert_false(firn_qemu_version_is_older("10.0.0", "9.2.0"));
    g_assert_false(firn_qemu_version_is_older("", "9.2.0"));
    g_assert_false(firn_qemu_version_is_older("7.2", "nine"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/qemu-version/program", test_program);
    g_test_add_func("/vm/qemu-version/real", test_real);
    g_test_add_func("/vm/qemu-version/others", test_others);
    g_test_add_func("/vm/qemu-version/older", test_older);
    return g_test_run();
}
