/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fake-agent.h"
#include "fake-monitor.h"
#include "lease.h"
#include "scratch-dir.h"

#define UUID        "12345678-1234-1234-1234-123456789abc"
#define UUID_FIRST  "02345678-1234-1234-1234-123456789abc"
#define UUID_LAST   "f2345678-1234-1234-1234-123456789abc"

#define PATIENCE_MS 10000

/* The real firn-thaw-all, and one lease. */
typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    const char *folder;          /* (unowned) */
    char *leases;                /* (owned) */
    char *file;                  /* (owned) */
    FirnTestFakeAgent *agent;    /* (owned) */
    FirnTestPeer *peer;          /* (unowned) */
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    self->scratch = firn_test_scratch_dir_new();
    self->folder = firn_test_scratch_dir_get_path(self->scratch);
    self->leases = g_build_filename(self->folder, "leases", NULL);
    self->file = g_build_filename(self->leases, UUID FIRN_LEASE_SUFFIX, NULL);
    self->agent = firn_test_fake_agent_new(NULL, 2);
    self->peer = firn_test_fake_agent_get_peer(self->agent);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_free(self->agent);
    g_free(self->leases);
    g_free(self->file);
    firn_test_scratch_dir_free(self->scratch);
}

static void
write_lease_of(Fixture *self, const char *uuid, const char *agent_path)
{
    FirnStateDir *leases = firn_state_dir_new(self->leases, FIRN_DURABILITY_WHOLE);
    FirnLease lease = {.vm_uuid = (char *)uuid,
                       .vm_name = (char *)"web1",
                       .since_us = 1,
                       .agent_path = (char *)agent_path,
                       .user = geteuid()};

    g_assert_true(firn_lease_write(&lease, leases, NULL));
    firn_state_dir_unref(leases);
}

static void
write_lease(Fixture *self, const char *agent_path)
{
    write_lease_of(self, UUID, agent_path);
}

static gboolean
run(Fixture *self, char **out_errors)
{
    g_autofree char *errors = NULL;
    g_autoptr(GSubprocess) process =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                         NULL,
                         FIRN_TEST_THAW_ALL,
                         "--runtime-dir",
                         self->folder,
                         NULL);

    g_assert_nonnull(process);
    g_assert_true(g_subprocess_communicate_utf8(process, NULL, NULL, NULL, &errors, NULL));
    g_test_message("%s", errors);
    if (out_errors != NULL)
        *out_errors = g_steal_pointer(&errors);
    return g_subprocess_get_successful(process);
}

static GSubprocess *
begin(Fixture *self)
{
    GSubprocess *process =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         NULL,
                         FIRN_TEST_THAW_ALL,
                         "--runtime-dir",
                         self->folder,
                         NULL);

    g_assert_nonnull(process);
    return process;
}

static void
test_frozen(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_set_frozen(self->agent, TRUE);
    write_lease(self, firn_test_peer_get_path(self->peer));
    g_assert_true(run(self, NULL));
    g_assert_cmpuint(firn_test_peer_count(self->peer, "guest-fsfreeze-thaw"), ==, 1);
    g_assert_false(g_file_test(self->file, G_FILE_TEST_EXISTS));
}

static void
write_stop_lease(Fixture *self, FirnTestFakeMonitor *monitor)
{
    FirnStateDir *leases = firn_state_dir_new(self->leases, FIRN_DURABILITY_WHOLE);
    const char *path = firn_test_peer_get_path(firn_test_fake_monitor_get_peer(monitor));
    FirnLease lease = {.vm_uuid = (char *)UUID,
                       .vm_name = (char *)"web1",
                       .monitor_path = (char *)path,
                       .is_stopped = TRUE,
                       .user = geteuid()};

    g_assert_true(firn_lease_write(&lease, leases, NULL));
    firn_state_dir_unref(leases);
}

/* The guest was paused by a firnd that is gone; its agent is not needed. */
static void
test_stopped(Fixture *self, gconstpointer data)
{
    g_autoptr(FirnTestFakeMonitor) monitor = firn_test_fake_monitor_new(NULL, 1);
    g_autofree char *state = NULL;

    firn_test_fake_monitor_set_state(monitor, "paused");
    write_stop_lease(self, monitor);
    g_assert_true(run(self, NULL));
    state = firn_test_fake_monitor_dup_state(monitor);
    g_assert_cmpstr(state, ==, "running");
    g_assert_cmpuint(firn_test_peer_count(self->peer, "guest-fsfreeze-thaw"), ==, 0);
    g_assert_false(g_file_test(self->file, G_FILE_TEST_EXISTS));
}

static void
answer(FirnTestFakeMonitor *monitor, const char *command, guint times, const char *value)
{
    g_autofree char *text = g_strdup_printf("{\"id\": $id, \"return\": %s}\n", value);
    const FirnTestStep steps[] = {{.text = text}, {0}};

    firn_test_peer_when(firn_test_fake_monitor_get_peer(monitor), command, times, steps);
}

/* Since QEMU 9 the guest must be resumed explicitly, and its RAM may take minutes. */
static void
test_streaming(Fixture *self, gconstpointer data)
{
    g_autoptr(FirnTestFakeMonitor) monitor = firn_test_fake_monitor_new(NULL, 1);
    FirnTestPeer *peer = firn_test_fake_monitor_get_peer(monitor);
    g_autoptr(GSubprocess) process = NULL;

    firn_test_fake_monitor_set_state(monitor, "paused");
    answer(monitor,
           "query-migrate-capabilities",
           0,
           "[{\"capability\": \"background-snapshot\", \"state\": true}]");
    answer(monitor, "\"query-migrate\"", 1, "{\"status\": \"setup\"}");
    answer(monitor,
           "\"query-migrate\"",
           0,
           "{\"status\": \"active\", \"ram\": {\"normal\": 1, \"duplicate\": 0}}");
    write_stop_lease(self, monitor);
    process = begin(self);
    g_assert_true(firn_test_peer_wait_count(peer, "cont", 1, PATIENCE_MS));
    firn_test_peer_forget_rules(peer);
    g_assert_true(g_subprocess_wait_check(process, NULL, NULL));
    g_assert_cmpuint(firn_test_peer_count(peer, "cont"), ==, 1);
    g_assert_cmpuint(firn_test_peer_count(peer, "closefd"), ==, 1);
    g_assert_false(g_file_test(self->file, G_FILE_TEST_EXISTS));
}

/* Whichever lease is read first, a guest that hangs is tried before the other. */
static void
test_side_by_side(Fixture *self, gconstpointer data)
{
    g_autoptr(FirnTestFakeAgent) first = firn_test_fake_agent_new(NULL, 2);
    g_autoptr(FirnTestFakeAgent) last = firn_test_fake_agent_new(NULL, 2);
    FirnTestPeer *hung[] = {firn_test_fake_agent_get_peer(first),
                            firn_test_fake_agent_get_peer(last)};
    g_autoptr(GSubprocess) process = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(hung); i++)
        firn_test_peer_when(hung[i], "guest-sync-delimited", 0, NULL);
    write_lease_of(self, UUID_FIRST, firn_test_peer_get_path(hung[0]));
    write_lease(self, firn_test_peer_get_path(self->peer));
    write_lease_of(self, UUID_LAST, firn_test_peer_get_path(hung[1]));
    firn_test_fake_agent_set_frozen(self->agent, TRUE);
    process = begin(self);
    g_assert_true(firn_test_peer_wait_count(self->peer, "guest-fsfreeze-thaw", 1, PATIENCE_MS));
    g_subprocess_force_exit(process);
    g_assert_true(g_subprocess_wait(process, NULL, NULL));
}

/* No process listens: the guest is gone. */
static void
test_gone(Fixture *self, gconstpointer data)
{
    g_autofree char *path = g_build_filename(self->folder, "qga", NULL);

    write_lease(self, path);
    g_assert_true(run(self, NULL));
    g_assert_false(g_file_test(self->file, G_FILE_TEST_EXISTS));
}

/* A process listens: the guest may be there, and frozen. */
static void
test_hangs_up(Fixture *self, gconstpointer data)
{
    const FirnTestStep hang_up[] = {{.hang_up = TRUE}, {0}};

    firn_test_peer_when(self->peer, "guest-sync", 0, hang_up);
    write_lease(self, firn_test_peer_get_path(self->peer));
    g_assert_false(run(self, NULL));
    g_assert_true(g_file_test(self->file, G_FILE_TEST_EXISTS));
}

static void
test_nothing(Fixture *self, gconstpointer data)
{
    g_assert_true(run(self, NULL));
}

/* If the leases cannot be read, guests may still be frozen. */
static void
test_unreadable(Fixture *self, gconstpointer data)
{
    g_autofree char *errors = NULL;

    g_assert_true(g_file_set_contents(self->leases, "", -1, NULL));
    g_assert_false(run(self, &errors));
    g_assert_nonnull(strstr(errors, self->leases));
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/host/thaw-all/frozen", test_frozen);
    add("/host/thaw-all/stopped", test_stopped);
    add("/host/thaw-all/stopped-while-its-ram-streams", test_streaming);
    add("/host/thaw-all/a-hung-guest-keeps-no-other-frozen", test_side_by_side);
    add("/host/thaw-all/gone", test_gone);
    add("/host/thaw-all/somebody-hangs-up", test_hangs_up);
    add("/host/thaw-all/no-leases", test_nothing);
    add("/host/thaw-all/leases-cannot-be-read", test_unreadable);
    return g_test_run();
}
