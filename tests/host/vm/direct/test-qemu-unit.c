/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-unit.h"

#include <string.h>

#include "fake-systemd.h"
#include "host-error.h"
#include "loop-thread.h"
#include "scratch-dir.h"
#include "test-bus.h"

static const char *const argv_of_qemu[] = {"/usr/bin/qemu", "-name", "a $HOME %n 'b'", NULL};
static const char *const environment[] = {"A=b", NULL};

typedef struct {
    FirnTestLoopThread *loop;     /* (owned) */
    FirnTestScratchDir *dir;      /* (owned) */
    FirnTestBus *bus;             /* (owned) */
    FirnTestFakeSystemd *systemd; /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->bus = firn_test_bus_new(firn_test_scratch_dir_get_path(fixture->dir));
    fixture->systemd =
        firn_test_fake_systemd_new(firn_test_bus_get_address(fixture->bus), "252.39-1~deb12u2");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_systemd_free(fixture->systemd);
    firn_test_bus_free(fixture->bus);
    firn_test_scratch_dir_free(fixture->dir);
    firn_test_loop_thread_stop(fixture->loop);
}

static FirnQemuUnit *
start(Fixture *fixture, GError **error)
{
    FirnServiceManager *manager = firn_service_manager_new(firn_test_bus_get_address(fixture->bus));

    g_assert_nonnull(manager);
    return firn_qemu_unit_new(manager, "web1", argv_of_qemu, environment, error);
}

/* A VM name may have any character of a file name; a unit name must not become a template or a
 * path. */
static void
test_name(void)
{
    g_autofree char *name = firn_qemu_unit_dup_name("web.1-a b@\xc3\xa4");
    g_autofree char *again = firn_qemu_unit_dup_name("web.1-a b@\xc3\xa4");
    g_autofree char *endless = g_strnfill(250, '@');
    g_autofree char *clipped = firn_qemu_unit_dup_name(endless);

    g_assert_true(g_str_has_prefix(name, "firn-qemu-web.1-a\\x20b\\x40\\xc3\\xa4-"));
    g_assert_true(g_str_has_suffix(name, ".service"));
    g_assert_cmpstr(name, !=, again);
    g_assert_cmpuint(strlen(clipped), <, 256);
}

static void
assert_asked(const char *asked, const char *words)
{
    if (strstr(asked, words) == NULL)
        g_error("%s is not in %s", words, asked);
}

static void
test_properties(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnQemuUnit) unit = start(fixture, NULL);
    g_autofree char *asked = firn_test_fake_systemd_dup_asked(fixture->systemd);

    g_assert_nonnull(unit);
    assert_asked(asked, "StartTransientUnit('firn-qemu-web1-");
    assert_asked(asked,
                 "('ExecStartEx', <[('/usr/bin/qemu', ['/usr/bin/qemu', '-name', \"a $HOME %n "
                 "'b'\"], ['no-env-expand'])]>)");
    assert_asked(asked, "('Slice', <'machine.slice'>)");
    assert_asked(asked, "('ExitType', <'cgroup'>)");
    assert_asked(asked, "('AddRef', <true>)");
    assert_asked(asked, "('CollectMode', <'inactive-or-failed'>)");
    assert_asked(asked, "('Environment', <['A=b']>)");
    assert_asked(asked, "('StandardOutput', <'null'>)");
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) refused = NULL;
    g_autoptr(GError) unknown = NULL;
    g_autofree char *asked = NULL;

    firn_test_fake_systemd_refuse(fixture->systemd, "org.freedesktop.DBus.Error.AccessDenied");
    g_assert_null(start(fixture, &refused));
    g_assert_error(refused, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED);
    g_assert_nonnull(strstr(refused->message, "not here"));
    /* A unit that is started late must be stopped. */
    firn_test_fake_systemd_refuse(fixture->systemd, "org.freedesktop.DBus.Error.NoReply");
    g_assert_null(start(fixture, &unknown));
    g_assert_error(unknown, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    asked = firn_test_fake_systemd_dup_asked(fixture->systemd);
    assert_asked(asked, "KillUnit('firn-qemu-web1-");
}

static void
test_failed(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnQemuUnit) unit = start(fixture, NULL);
    g_autoptr(GError) error = NULL;

    firn_test_fake_systemd_set_state(fixture->systemd, "activating", 0, 0);
    g_assert_false(firn_qemu_unit_has_failed(unit, NULL));
    /* A command that daemonizes its QEMU. */
    firn_test_fake_systemd_set_state(fixture->systemd, "active", 1, 0);
    g_assert_false(firn_qemu_unit_has_failed(unit, NULL));
    firn_test_fake_systemd_set_state(fixture->systemd, "failed", 1, 3);
    g_assert_true(firn_qemu_unit_has_failed(unit, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "exit status 3"));
    firn_test_fake_systemd_set_state(fixture->systemd, "active", 1, 0);
    g_assert_true(firn_qemu_unit_has_failed(unit, NULL));
}

static void
test_killed(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnQemuUnit) unit = start(fixture, NULL);
    g_autofree char *asked = NULL;

    firn_qemu_unit_kill(unit);
    asked = firn_test_fake_systemd_dup_asked(fixture->systemd);
    assert_asked(asked, "'all', 9)");
}

#define TEST(topic, function)                                                                      \
    g_test_add("/vm/qemu-unit/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/qemu-unit/name", test_name);
    TEST("properties", test_properties);
    TEST("refused", test_refused);
    TEST("failed", test_failed);
    TEST("killed", test_killed);
    return g_test_run();
}
