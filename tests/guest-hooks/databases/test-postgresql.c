/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "database-guest.h"

#define SUM  "\nsum=7000"
#define REDO "\"Latest checkpoint's REDO location\""

/* vdb has the write-ahead log. */
#define DATA_DISK 0
#define LOG_DISK  1

static void
set_up(FirnDatabaseGuest *rig, gconstpointer data)
{
    if (!firn_database_guest_can_run())
        return;
    firn_database_guest_set_up(rig, "postgresql");
    g_free(firn_database_guest_do(rig, "postgresql-server start"));
    firn_database_guest_load(rig, "postgresql-server load");
}

static void
tear_down(FirnDatabaseGuest *rig, gconstpointer data)
{
    if (rig->vm.guest != NULL)
        firn_database_guest_tear_down(rig);
}

/* A place in the log: "0/17000028". */
static guint64
parse_place(const char *text)
{
    char *rest = NULL;
    guint64 high = g_ascii_strtoull(text, &rest, 16);

    g_assert_cmpint(*rest, ==, '/');
    return (high << 32) + g_ascii_strtoull(rest + 1, NULL, 16);
}

static guint64
ask_place(FirnDatabaseGuest *rig, const char *command)
{
    g_autofree char *text = firn_database_guest_do(rig, command);

    return parse_place(text);
}

static guint64
find_end_of_log(FirnDatabaseGuest *rig)
{
    return ask_place(rig, "postgresql-server query 'SELECT pg_current_wal_insert_lsn()'");
}

static void
start_and_check(FirnDatabaseGuest *rig)
{
    g_autofree char *found = NULL;

    g_free(firn_database_guest_do(rig, "postgresql-server start"));
    found = firn_database_guest_do(rig, "postgresql-server check");
    g_test_message("acknowledged: %" G_GINT64_FORMAT ", found: %s", rig->acked, found);
    g_assert_true(firn_database_guest_is_whole(rig, found, "transfers"));
    g_assert_nonnull(strstr(found, SUM));
}

/* What was written before the freeze needs no recovery, and the host knows the place. */
static void
test_hook(FirnDatabaseGuest *rig, gconstpointer data)
{
    g_auto(FirnTestOutcome) outcome = {0};
    g_autofree char *place = NULL;
    g_autofree char *reported = NULL;
    guint64 end;

    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_install_hook(
        rig,
        "30-postgresql",
        "PrepareTimeoutSec=90\nFreezeTimeoutSec=90\nThawTimeoutSec=90\n");
    end = find_end_of_log(rig);
    firn_database_guest_create(rig, NULL);
    firn_vm_rig_assert_verdict(&rig->vm, "application", "GuestAgent");
    firn_test_firnd_firn(rig->vm.firnd, &outcome, "show", "web1", "s1", "--guest-report", NULL);
    firn_database_guest_restore(rig);
    g_assert_cmpuint(ask_place(rig, "postgresql-server control " REDO), >=, end);
    place = firn_database_guest_do(rig, "postgresql-server control \"Latest checkpoint location\"");
    reported = g_strdup_printf("5432.checkpoint_lsn=%s", g_strchomp(place));
    g_assert_nonnull(strstr(outcome.out, reported));
    start_and_check(rig);
}

/* Nothing is lost, and all of it has to be recovered. */
static void
test_freeze_alone(FirnDatabaseGuest *rig, gconstpointer data)
{
    guint64 end;

    if (rig->vm.guest == NULL)
        return;
    end = find_end_of_log(rig);
    firn_database_guest_create(rig, NULL);
    firn_vm_rig_assert_verdict(&rig->vm, "filesystem", "GuestAgent");
    firn_database_guest_restore(rig);
    g_assert_cmpuint(ask_place(rig, "postgresql-server control " REDO), <, end);
    start_and_check(rig);
}

/* All disks of one instant are as after a power cut, which the server is made for. */
static void
test_nothing(FirnDatabaseGuest *rig, gconstpointer data)
{
    if (rig->vm.guest == NULL)
        return;
    firn_database_guest_create(rig, "--no-quiesce");
    firn_database_guest_restore(rig);
    start_and_check(rig);
}

/* A checkpoint between the two cuts: the data then names a place that the log does not have. */
static void
cut_log_first(FirnDatabaseGuest *rig, const char *checkpoint)
{
    firn_database_guest_cut_disk(rig, LOG_DISK, "early");
    g_free(firn_database_guest_do(rig, checkpoint));
    firn_database_guest_cut_disk(rig, DATA_DISK, "late");
}

static void
revert_to_cuts(FirnDatabaseGuest *rig)
{
    firn_database_guest_kill(rig);
    firn_database_guest_revert_disk(rig, LOG_DISK, "early");
    firn_database_guest_revert_disk(rig, DATA_DISK, "late");
    firn_database_guest_start(rig);
}

/* The server cannot write, so it waits for the thaw. */
static void
cut_apart_frozen(FirnDatabaseGuest *rig)
{
    cut_log_first(rig, "postgresql-server query CHECKPOINT </dev/null >/dev/null 2>&1 &");
    g_assert_true(firn_test_guest_is_frozen(rig->vm.guest, "/mnt/a"));
}

static void
test_disks_apart_frozen(FirnDatabaseGuest *rig, gconstpointer data)
{
    if (rig->vm.guest == NULL)
        return;
    rig->in_window = cut_apart_frozen;
    firn_database_guest_create(rig, NULL);
    revert_to_cuts(rig);
    start_and_check(rig);
}

/* What the freeze prevents. */
static void
test_disks_apart(FirnDatabaseGuest *rig, gconstpointer data)
{
    g_autofree char *log = NULL;

    if (rig->vm.guest == NULL)
        return;
    cut_log_first(rig, "postgresql-server query CHECKPOINT");
    revert_to_cuts(rig);
    log = firn_database_guest_refuses(rig, "postgresql-server start");
    g_assert_nonnull(strstr(log, "could not locate a valid checkpoint record"));
}

#define TEST(name, run)                                                                            \
    g_test_add("/guest-hooks/databases/postgresql/" name,                                          \
               FirnDatabaseGuest,                                                                  \
               NULL,                                                                               \
               set_up,                                                                             \
               run,                                                                                \
               tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("hook", test_hook);
    TEST("freeze-alone", test_freeze_alone);
    TEST("disks-apart-frozen", test_disks_apart_frozen);
    TEST("disks-apart", test_disks_apart);
    if (g_getenv("FIRN_TEST_MATRIX") != NULL)
        TEST("nothing", test_nothing);
    return g_test_run();
}
