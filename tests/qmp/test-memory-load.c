/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-load.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor-rig.h"
#include "qmp-error.h"

#define BY_SET  "file:/dev/fdset/3,offset=5"
#define BY_NAME "fd:firn-ram"

/* A file whose stream begins at offset 5. */
static int
open_image(void)
{
    g_autofree char *path = NULL;
    int file = g_file_open_tmp(NULL, &path, NULL);

    g_assert_cmpint(file, >=, 0);
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpint(write(file, "stuff and RAM", 13), ==, 13);
    g_assert_cmpint(lseek(file, 5, SEEK_SET), ==, 5);
    return file;
}

static gboolean
begin(FirnTestMonitorRig *rig, GError **error)
{
    int file = open_image();
    gboolean ok;

    firn_test_answer(rig->peer, "add-fd", "{\"fdset-id\": 3, \"fd\": 20}");
    firn_test_answer(rig->peer, "remove-fd", "{}");
    firn_test_answer(rig->peer, "getfd", "{}");
    ok = firn_memory_load_begin(rig->monitor, file, error);
    close(file);
    return ok;
}

static void
assert_begins(FirnTestMonitorRig *rig, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *commands = NULL;

    g_assert_true(begin(rig, &error));
    g_assert_no_error(error);
    commands = firn_test_peer_dup_commands(rig->peer);
    g_assert_cmpstr(strstr(commands, "add-fd"), ==, expected);
}

/* The only way in QEMU 11; QEMU keeps no descriptor of the file. */
static void
test_by_set(FirnTestMonitorRig *rig, gconstpointer data)
{
    firn_test_answer(rig->peer, BY_SET, "{}");
    firn_test_peer_fail(rig->peer, BY_NAME, 0, "fd: migration to a file is not supported");
    assert_begins(rig, "add-fd migrate-incoming remove-fd");
}

/* The only way in QEMU 7.2. */
static void
test_by_name(FirnTestMonitorRig *rig, gconstpointer data)
{
    firn_test_peer_fail(rig->peer, BY_SET, 0, "unknown migration protocol");
    firn_test_answer(rig->peer, BY_NAME, "{}");
    assert_begins(rig, "add-fd migrate-incoming remove-fd getfd migrate-incoming");
}

static void
test_neither(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_peer_fail(rig->peer, BY_SET, 0, "this");
    firn_test_peer_fail(rig->peer, BY_NAME, 0, "that");
    g_assert_false(begin(rig, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    g_assert_nonnull(strstr(error->message, "this"));
    g_assert_nonnull(strstr(error->message, "that"));
}

/* If loading may have begun, it is not begun again. */
static void
test_hung_up(FirnTestMonitorRig *rig, gconstpointer data)
{
    const FirnTestStep hang_up[] = {{.hang_up = TRUE}, {0}};
    g_autoptr(GError) error = NULL;

    firn_test_peer_when(rig->peer, BY_SET, 0, hang_up);
    g_assert_false(begin(rig, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
    g_assert_cmpuint(firn_test_peer_count(rig->peer, "getfd"), ==, 0);
}

static void
test_malformed(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_answer(rig->peer, "add-fd", data);
    g_assert_false(begin(rig, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/qmp/memory-load/by-a-set-of-files", NULL, test_by_set);
    firn_test_monitor_rig_add("/qmp/memory-load/by-name", NULL, test_by_name);
    firn_test_monitor_rig_add("/qmp/memory-load/neither", NULL, test_neither);
    firn_test_monitor_rig_add("/qmp/memory-load/hung-up", NULL, test_hung_up);
    firn_test_monitor_rig_add("/qmp/memory-load/no-number", "{}", test_malformed);
    firn_test_monitor_rig_add("/qmp/memory-load/no-object", "[]", test_malformed);
    return g_test_run();
}
