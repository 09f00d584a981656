/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The package of firn-vss.exe, with the Windows Installer of wine. */
#include "scratch-dir.h"
#include "wine.h"

#include <gio/gio.h>
#include <stdio.h>

#define SERVICE     "HKLM\\SYSTEM\\CurrentControlSet\\Services\\firn-vss"
#define EVENTS      "HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\firn-vss"
#define UNINSTALL   "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
#define OLD_PACKAGE "C:\\fakevss\\old.msi"
#define PACKAGE     "C:\\fakevss\\firn-vss.msi"

static void
run_well(FirnTestWine *wine, const char *const *arguments)
{
    int status = -1;

    g_free(firn_test_wine_run(wine, arguments, &status));
    g_assert_cmpint(status, ==, 0);
}

static void
assert_registered(FirnTestWine *wine, const char *key, const char *part)
{
    g_autofree char *output =
        firn_test_wine_run(wine, (const char *const[]){"reg", "query", key, NULL}, NULL);

    if (part != NULL)
        g_assert_nonnull(strstr(output, part));
    else
        g_assert_false(g_str_has_prefix(output, "\r\nHKEY"));
}

/* The service that firn_test_wine_new() has installed is not the package's. */
static FirnTestWine *
make_empty_tree(void)
{
    FirnTestWine *wine = firn_test_wine_new();

    if (wine == NULL)
        return NULL;
    run_well(wine, (const char *const[]){FIRN_TEST_PROGRAM, "uninstall", NULL});
    run_well(wine, (const char *const[]){"cmd", "/c", "del", FIRN_TEST_PROGRAM, NULL});
    firn_test_wine_reset(wine);
    firn_test_wine_write(wine, "fakevss/script.txt", "identify\n");
    firn_test_wine_copy_built(wine, "vss-windows/firn-vss.msi", "fakevss/firn-vss.msi");
    return wine;
}

static void
test_install_and_remove(void)
{
    g_autoptr(FirnTestWine) wine = make_empty_tree();
    g_autoptr(JsonNode) status = NULL;
    g_autofree char *program = NULL;
    g_autofree char *hook = NULL;

    if (wine == NULL)
        return;
    run_well(wine, (const char *const[]){"msiexec", "/i", PACKAGE, "/qn", NULL});
    assert_registered(wine,
                      SERVICE,
                      "ImagePath    REG_SZ    \"" FIRN_TEST_PROGRAM "\" service\r\n");
    assert_registered(wine, EVENTS, "EventMessageFile    REG_SZ    " FIRN_TEST_PROGRAM);
    status = firn_test_wine_run_firn(wine, (const char *const[]){"status", "--json", NULL}, NULL);
    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(status), "service"),
                    ==,
                    "running");
    firn_test_wine_add_hook(wine, "a.exe", NULL);
    run_well(wine, (const char *const[]){"msiexec", "/x", PACKAGE, "/qn", NULL});
    assert_registered(wine, SERVICE, NULL);
    assert_registered(wine, EVENTS, NULL);
    program = firn_test_wine_get_path(wine, "Program Files/firn/firn-vss.exe");
    g_assert_false(g_file_test(program, G_FILE_TEST_EXISTS));
    hook = firn_test_wine_get_path(wine, "ProgramData/firn/hooks.d/a.exe");
    g_assert_true(g_file_test(hook, G_FILE_TEST_EXISTS));
}

static void
make_package(const char *program, const char *version, const char *output)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocess) process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                                                      &error,
                                                      FIRN_TEST_BUILD_MSI,
                                                      program,
                                                      version,
                                                      output,
                                                      NULL);

    g_assert_no_error(error);
    g_subprocess_wait_check(process, NULL, &error);
    g_assert_no_error(error);
}

static GBytes *
read_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *bytes = NULL;
    gsize length = 0;

    g_file_get_contents(path, &bytes, &length, &error);
    g_assert_no_error(error);
    return g_bytes_new_take(bytes, length);
}

static GBytes *
build_package(const char *folder, const char *name)
{
    g_autofree char *output = g_build_filename(folder, name, NULL);
    g_autofree char *program = firn_test_wine_find_built("vss-windows/firn-vss.exe");

    make_package(program, "0.1.0", output);
    return read_file(output);
}

/* The same program with some bytes behind its end, in a package of an older version. */
static void
add_old_package(FirnTestWine *wine)
{
    g_autofree char *program = firn_test_wine_get_path(wine, "fakevss/old.exe");
    g_autofree char *package = firn_test_wine_get_path(wine, "fakevss/old.msi");
    FILE *file;

    firn_test_wine_copy_built(wine, "vss-windows/firn-vss.exe", "fakevss/old.exe");
    file = fopen(program, "a");
    g_assert_nonnull(file);
    fputs("older", file);
    fclose(file);
    make_package(program, "0.0.9", package);
}

/* How many programs of firn's Windows believes to have. */
static guint
count_products(FirnTestWine *wine)
{
    g_autofree char *output =
        firn_test_wine_run(wine,
                           (const char *const[]){"reg", "query", UNINSTALL, "/s", NULL},
                           NULL);
    g_auto(GStrv) parts = g_strsplit(output, "DisplayName    REG_SZ    firn VSS writer", -1);

    return g_strv_length(parts) - 1;
}

static void
assert_runs(FirnTestWine *wine, const char *built)
{
    g_autoptr(JsonNode) status =
        firn_test_wine_run_firn(wine, (const char *const[]){"status", "--json", NULL}, NULL);
    g_autofree char *program = firn_test_wine_get_path(wine, "Program Files/firn/firn-vss.exe");
    g_autoptr(GBytes) installed = read_file(program);
    g_autoptr(GBytes) expected = read_file(built);

    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(status), "service"),
                    ==,
                    "running");
    g_assert_true(g_bytes_equal(installed, expected));
    g_assert_cmpuint(count_products(wine), ==, 1);
    assert_registered(wine,
                      SERVICE,
                      "ImagePath    REG_SZ    \"" FIRN_TEST_PROGRAM "\" service\r\n");
}

/* The new version replaces the old one, and what is the administrator's stays. */
static void
test_upgrade(void)
{
    g_autoptr(FirnTestWine) wine = make_empty_tree();
    g_autofree char *old = NULL;
    g_autofree char *new = firn_test_wine_find_built("vss-windows/firn-vss.exe");
    g_autofree char *hook = NULL;

    if (wine == NULL)
        return;
    add_old_package(wine);
    old = firn_test_wine_get_path(wine, "fakevss/old.exe");
    run_well(wine, (const char *const[]){"msiexec", "/i", OLD_PACKAGE, "/qn", NULL});
    assert_runs(wine, old);
    firn_test_wine_add_hook(wine, "a.exe", NULL);
    run_well(wine, (const char *const[]){"msiexec", "/i", PACKAGE, "/qn", NULL});
    assert_runs(wine, new);
    hook = firn_test_wine_get_path(wine, "ProgramData/firn/hooks.d/a.exe");
    g_assert_true(g_file_test(hook, G_FILE_TEST_EXISTS));
    run_well(wine, (const char *const[]){"msiexec", "/x", PACKAGE, "/qn", NULL});
    assert_registered(wine, SERVICE, NULL);
    g_assert_cmpuint(count_products(wine), ==, 0);
}

/* A second later and in another folder. */
static void
test_same_bytes(void)
{
    g_autoptr(FirnTestScratchDir) folder = firn_test_scratch_dir_new();
    g_autofree char *program = firn_test_wine_find_built("vss-windows/firn-vss.exe");
    g_autoptr(GBytes) first = NULL;
    g_autoptr(GBytes) second = NULL;
    gint64 began_s = g_get_real_time() / G_USEC_PER_SEC;

    if (!g_file_test(program, G_FILE_TEST_EXISTS)) {
        g_test_skip("nothing was built for Windows: tests/run windows");
        return;
    }
    first = build_package(firn_test_scratch_dir_get_path(folder), "first.msi");
    while (g_get_real_time() / G_USEC_PER_SEC == began_s)
        g_usleep(10000);
    second = build_package(firn_test_scratch_dir_get_path(folder), "second.msi");
    g_assert_true(g_bytes_equal(first, second));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/installer/install-and-remove", test_install_and_remove);
    g_test_add_func("/vss-windows/installer/upgrade", test_upgrade);
    g_test_add_func("/vss-windows/installer/same-bytes", test_same_bytes);
    return g_test_run();
}
