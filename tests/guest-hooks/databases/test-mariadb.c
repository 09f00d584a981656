/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "database-guest.h"

#define SUM "\nsum=7000"
/* A guest on a busy host is slow. */
#define LIMITS "FreezeTimeoutSec=90\nThawTimeoutSec=90\n"

/* The last hook: ends when the load waits for the lock; or, if nothing holds it, when the load has
 * written, which a snapshot then shows. */
static const char wait_for_load[] =
    "[ $1 = freeze ] || exit 0\n"
    "last() { mariadb -N -e 'SELECT MAX(n) FROM shop.transfers'; }\n"
    "was=$(last)\n"
    "until mariadb -e 'SHOW PROCESSLIST' | grep -q 'Waiting for backup lock' ||\n"
    "    [ $(last) -ge $((was + 5)) ]; do sleep 0.1; done";

static void
set_up(FirnDatabaseGuest *rig, gconstpointer data)
{
    if (!firn_database_guest_can_run())
        return;
    firn_database_guest_set_up(rig, "mariadb");
    g_free(firn_database_guest_do(rig, "mariadb-server start"));
    firn_database_guest_load(rig, "mariadb-server load");
}

static void
tear_down(FirnDatabaseGuest *rig, gconstpointer data)
{
    if (rig->vm.guest != NULL)
        firn_database_guest_tear_down(rig);
}

/* A table that is not has more lines, of warnings and errors. */
static gboolean
is_clean(const char *found, const char *table)
{
    g_autofree char *any = g_strdup_printf("shop.%s\tcheck\t", table);
    g_autofree char *good = g_strdup_printf("shop.%s\tcheck\tstatus\tOK\n", table);
    const char *first = strstr(found, any);

    return first != NULL && g_str_has_prefix(first, good) &&
           strstr(first + strlen(any), any) == NULL;
}

static char *
restore_and_check(FirnDatabaseGuest *rig)
{
    char *found;

    firn_database_guest_restore(rig);
    g_free(firn_database_guest_do(rig, "mariadb-server start"));
    found = firn_database_guest_do(rig, "mariadb-server check");
    g_test_message("acknowledged: %" G_GINT64_FORMAT ", found: %s", rig->acked, found);
    return found;
}

/* Transactions are safe in any case. */
static void
assert_transactions(FirnDatabaseGuest *rig, const char *found)
{
    g_assert_true(is_clean(found, "accounts"));
    g_assert_true(is_clean(found, "transfers"));
    g_assert_true(firn_database_guest_is_whole(rig, found, "transfers"));
    g_assert_nonnull(strstr(found, SUM));
}

/* Waits until it has begun. */
static void
begin_statement(FirnDatabaseGuest *rig, const char *statement)
{
    g_autofree char *command = g_strdup_printf("mariadb-server begin '%s'", statement);

    g_free(firn_database_guest_do(rig, command));
}

/* @statement is of a session of its own, which then has nothing more to do. */
static void
test_hook(FirnDatabaseGuest *rig, gconstpointer statement)
{
    g_auto(FirnTestOutcome) outcome = {0};
    g_autofree char *found = NULL;

    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_install_hook(rig, "20-mariadb", LIMITS);
    firn_hook_guest_write_hook(&rig->hooks, "90-load", wait_for_load, LIMITS);
    if (statement != NULL)
        begin_statement(rig, statement);
    firn_database_guest_create(rig, NULL);
    firn_vm_rig_assert_verdict(&rig->vm, "application", "GuestAgent");
    firn_test_firnd_firn(rig->vm.firnd, &outcome, "show", "web1", "s1", "--guest-report", NULL);
    found = restore_and_check(rig);
    assert_transactions(rig, found);
    g_assert_true(is_clean(found, "myisam"));
    g_assert_true(firn_database_guest_is_whole(rig, found, "myisam"));
    g_assert_true(is_clean(found, "aria"));
    g_assert_true(firn_database_guest_is_whole(rig, found, "aria"));
    g_assert_nonnull(strstr(outcome.out, "20-mariadb: version=1"));
}

/* What the hook prevents: tables that were open. */
static void
test_freeze_alone(FirnDatabaseGuest *rig, gconstpointer data)
{
    g_autofree char *found = NULL;

    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_create(rig, NULL);
    firn_vm_rig_assert_verdict(&rig->vm, "filesystem", "GuestAgent");
    found = restore_and_check(rig);
    assert_transactions(rig, found);
    g_assert_false(is_clean(found, "myisam"));
    g_assert_false(is_clean(found, "aria"));
}

/* What freeze and hook prevent: the kernel has not written their files to the disk. */
static void
test_nothing(FirnDatabaseGuest *rig, gconstpointer data)
{
    g_autofree char *found = NULL;

    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_create(rig, "--no-quiesce");
    found = restore_and_check(rig);
    assert_transactions(rig, found);
    g_assert_false(is_clean(found, "myisam") && firn_database_guest_is_whole(rig, found, "myisam"));
    g_assert_false(is_clean(found, "aria") && firn_database_guest_is_whole(rig, found, "aria"));
}

#define TEST(name, data, run)                                                                      \
    g_test_add("/guest-hooks/databases/mariadb/" name,                                             \
               FirnDatabaseGuest,                                                                  \
               data,                                                                               \
               set_up,                                                                             \
               run,                                                                                \
               tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("hook", NULL, test_hook);
    TEST("freeze-alone", NULL, test_freeze_alone);
    TEST("nothing", NULL, test_nothing);
    if (g_getenv("FIRN_TEST_MATRIX") != NULL) {
        TEST("open-transaction", "BEGIN; INSERT INTO accounts VALUES (7, 500);", test_hook);
        TEST("long-statement", "INSERT INTO accounts VALUES (7, SLEEP(100000));", test_hook);
    }
    return g_test_run();
}
