/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "database-guest.h"

#define SETTINGS "Enabled=yes\nPrepareTimeoutSec=90\nFreezeTimeoutSec=90\nThawTimeoutSec=90\n"

/* Never saves by itself while the test runs. What saves takes a while for each of its keys. */
#define SAVES   "redis-database start --save '3600 100000' --rdb-key-save-delay 2000000"
#define APPENDS "redis-database start --save '' --appendonly yes "

static void
set_up(FirnDatabaseGuest *rig, gconstpointer command)
{
    if (!firn_database_guest_can_run())
        return;
    firn_database_guest_set_up(rig, "redis");
    g_free(firn_database_guest_do(rig, command));
    firn_database_guest_load(rig, "redis-database load");
}

static void
tear_down(FirnDatabaseGuest *rig, gconstpointer command)
{
    if (rig->vm.guest != NULL)
        firn_database_guest_tear_down(rig);
}

/* The last number that the restored server knows. */
static gint64
restore_and_ask(FirnDatabaseGuest *rig, const char *command)
{
    g_autofree char *found = NULL;

    firn_database_guest_restore(rig);
    g_free(firn_database_guest_do(rig, command));
    found = firn_database_guest_do(rig, "redis-database check");
    g_test_message("acknowledged: %" G_GINT64_FORMAT ", found: %s", rig->acked, found);
    g_assert_true(g_str_has_prefix(found, "n="));
    return atoll(found + strlen("n="));
}

/* All that was acknowledged before firn was asked; the rest is lost, and no label says otherwise.
 * The save is held up until the hook has looked for its end again and again. */
static void
test_saved(FirnDatabaseGuest *rig, gconstpointer command)
{
    g_autofree char *held = NULL;
    gint64 acked;

    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_install_hook(rig, "30-redis", SETTINGS);
    g_free(firn_database_guest_do(rig, "redis-database hold_save </dev/null >/dev/null 2>&1 &"));
    acked = firn_test_guest_get_last_ack(rig->vm.guest);
    firn_database_guest_create(rig, NULL);
    firn_vm_rig_assert_verdict(&rig->vm, "filesystem", "GuestAgent");
    held = firn_hook_guest_run(&rig->hooks, "ls /run");
    g_assert_cmpint(restore_and_ask(rig, command), >=, acked);
    g_assert_nonnull(strstr(held, "save-was-held"));
}

/* What the hook prevents. */
static void
test_not_saved(FirnDatabaseGuest *rig, gconstpointer command)
{
    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_create(rig, NULL);
    g_assert_cmpint(restore_and_ask(rig, command), ==, 0);
}

static void
test_appended(FirnDatabaseGuest *rig, gconstpointer command)
{
    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_install_hook(rig, "30-redis", SETTINGS);
    firn_database_guest_create(rig, NULL);
    firn_vm_rig_assert_verdict(&rig->vm, "application", "GuestAgent");
    g_assert_cmpint(restore_and_ask(rig, command), >=, rig->acked);
}

/* What the freeze prevents: the kernel has not written its file to the disk. */
static void
test_not_written(FirnDatabaseGuest *rig, gconstpointer command)
{
    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_create(rig, "--no-quiesce");
    g_assert_cmpint(restore_and_ask(rig, command), <, rig->acked);
}

/* It waits for its disk each time. */
static void
test_always_written(FirnDatabaseGuest *rig, gconstpointer command)
{
    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_create(rig, "--no-quiesce");
    g_assert_cmpint(restore_and_ask(rig, command), >=, rig->acked);
}

#define TEST(name, command, run)                                                                   \
    g_test_add("/guest-hooks/databases/redis/" name,                                               \
               FirnDatabaseGuest,                                                                  \
               command,                                                                            \
               set_up,                                                                             \
               run,                                                                                \
               tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("saved", SAVES, test_saved);
    TEST("not-saved", SAVES, test_not_saved);
    TEST("appended", APPENDS "--appendfsync everysec", test_appended);
    TEST("not-written", APPENDS "--appendfsync no", test_not_written);
    if (g_getenv("FIRN_TEST_MATRIX") != NULL) {
        TEST("always-appended", APPENDS "--appendfsync always", test_appended);
        TEST("always-written", APPENDS "--appendfsync always", test_always_written);
        TEST("saved-and-appended", SAVES " --appendonly yes", test_appended);
        TEST("appended-by-the-kernel", APPENDS "--appendfsync no", test_appended);
    }
    return g_test_run();
}
