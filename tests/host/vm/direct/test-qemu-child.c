/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-child.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-error.h"
#include "scratch-dir.h"
#include "wire.h"

#define PATIENCE_MS 20000
#define SINK_MAX    (1024 * 1024)

static const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};

static void
wait_failed(FirnQemuChild *child, GError **error)
{
    gint64 deadline_us = firn_test_wire_deadline(PATIENCE_MS);

    while (!firn_qemu_child_has_failed(child, error)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_thread_yield();
    }
}

static FirnQemuChild *
run(const char *script)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};

    return firn_qemu_child_new(argv, environment, NULL);
}

static void
test_complaint(void)
{
    g_autoptr(FirnQemuChild) child = run("echo no such disk >&2; exit 1");
    g_autoptr(GError) error = NULL;

    wait_failed(child, &error);
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "no such disk"));
    /* The result stays the same. */
    g_assert_true(firn_qemu_child_has_failed(child, NULL));
}

static void
test_silent(void)
{
    g_autoptr(FirnQemuChild) child = run("kill -SYS $$");
    g_autoptr(GError) error = NULL;

    wait_failed(child, &error);
    g_assert_nonnull(strstr(error->message, "by signal 31"));
}

static void
test_missing(void)
{
    const char *const argv[] = {"/no/such/qemu", "-S", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_qemu_child_new(argv, environment, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
}

/* A guest that makes its QEMU write messages without limit must not fill the memory nor end QEMU:
 * dd would be ended by a signal, or by a write error. */
static void
test_flood(void)
{
    FirnTestScratchDir *dir = firn_test_scratch_dir_new();
    g_autofree char *size = g_build_filename(firn_test_scratch_dir_get_path(dir), "size", NULL);
    g_autofree char *script = g_strdup_printf(
        "echo first >&2; i=0; while [ $i -lt 2000 ]; do printf '%%01024d' 0 >&2; i=$((i + 1)); "
        "done; stat -Lc '%%s %%b' /proc/self/fd/2 >%s; exit 1",
        size);
    g_autoptr(FirnQemuChild) child = run(script);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    wait_failed(child, &error);
    g_assert_nonnull(strstr(error->message, "first"));
    g_assert_true(g_file_get_contents(size, &text, NULL, NULL));
    g_assert_cmpint(g_ascii_strtoll(text, NULL, 10), <=, SINK_MAX);
    firn_test_scratch_dir_free(dir);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/qemu-child/complaint", test_complaint);
    g_test_add_func("/vm/qemu-child/silent", test_silent);
    g_test_add_func("/vm/qemu-child/missing", test_missing);
    g_test_add_func("/vm/qemu-child/flood", test_flood);
    return g_test_run();
}
