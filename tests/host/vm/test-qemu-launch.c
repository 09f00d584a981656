/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-launch.h"

#include <glib/gstdio.h>
#include <string.h>

#include "host-error.h"
#include "scratch-dir.h"
#include "wire.h"

#define PATIENCE_MS 10000

static const char *const none[] = {NULL};

/* Until it has failed, or the file is there. */
static gboolean
wait_for(FirnQemuLaunch *launch, const char *path, GError **error)
{
    gint64 deadline_us = firn_test_wire_deadline(PATIENCE_MS);

    while (path == NULL || !g_file_test(path, G_FILE_TEST_EXISTS)) {
        if (firn_qemu_launch_has_failed(launch, error))
            return FALSE;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_thread_yield();
    }
    return TRUE;
}

/* Words are words, as in a shell, and no shell reads them. */
static void
test_words(void)
{
    FirnTestScratchDir *dir = firn_test_scratch_dir_new();
    g_autofree char *path =
        g_build_filename(firn_test_scratch_dir_get_path(dir), "a $HOME 'b'", NULL);
    g_autofree char *quoted = g_shell_quote(path);
    g_autofree char *line = g_strconcat("/bin/cp /dev/null ", quoted, NULL);
    g_autoptr(FirnQemuLaunch) launch = firn_qemu_launch_new(line, none, NULL);

    g_assert_true(wait_for(launch, path, NULL));
    firn_test_scratch_dir_free(dir);
}

static void
test_complaint(void)
{
    const char *const more[] = {"/no such file", NULL};
    g_autoptr(FirnQemuLaunch) launch = firn_qemu_launch_new("/bin/cat", more, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(wait_for(launch, NULL, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "No such file or directory"));
    /* However often it is asked. */
    g_assert_true(firn_qemu_launch_has_failed(launch, NULL));
}

static void
test_missing(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_qemu_launch_new("/no/such/qemu -S", none, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/qemu-launch/words", test_words);
    g_test_add_func("/vm/qemu-launch/complaint", test_complaint);
    g_test_add_func("/vm/qemu-launch/missing", test_missing);
    return g_test_run();
}
