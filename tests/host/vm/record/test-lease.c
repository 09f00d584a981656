/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease.h"

#include <string.h>

#include "host-error.h"
#include "scratch-dir.h"

#define UUID "6f1f6b0a-90ad-4f1e-9a57-1f0e6b1c2d3e"

typedef struct {
    FirnTestScratchDir *scratch;
    FirnStateDir *leases;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->leases =
        firn_state_dir_new(firn_test_scratch_dir_get_path(fixture->scratch), FIRN_DURABILITY_WHOLE);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_state_dir_unref(fixture->leases);
    firn_test_scratch_dir_free(fixture->scratch);
}

static void
test_written_is_read(Fixture *fixture, gconstpointer data)
{
    FirnLease lease = {.vm_uuid = UUID,
                       .vm_name = "web \"1\"\n",
                       .since_us = 17,
                       .agent_path = "/run/web1/qga",
                       .user = 107};
    g_autoptr(FirnLease) read = NULL;

    g_assert_true(firn_lease_write(&lease, fixture->leases, NULL));
    read = firn_lease_read(fixture->leases, UUID ".json", NULL);
    g_assert_cmpstr(read->vm_uuid, ==, lease.vm_uuid);
    g_assert_cmpstr(read->vm_name, ==, lease.vm_name);
    g_assert_cmpint(read->since_us, ==, 17);
    g_assert_cmpstr(read->agent_path, ==, lease.agent_path);
    g_assert_cmpuint(read->user, ==, 107);
}

static void
test_stopped(Fixture *fixture, gconstpointer data)
{
    FirnLease lease = {.vm_uuid = UUID,
                       .vm_name = "web1",
                       .monitor_path = "/run/web1/qmp",
                       .is_stopped = TRUE};
    g_autoptr(FirnLease) read = NULL;

    g_assert_true(firn_lease_write(&lease, fixture->leases, NULL));
    read = firn_lease_read(fixture->leases, UUID ".json", NULL);
    g_assert_true(read->is_stopped);
    g_assert_cmpstr(read->monitor_path, ==, lease.monitor_path);
    g_assert_null(read->agent_path);
}

static void
assert_refused(Fixture *fixture, const char *text)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_state_dir_replace(fixture->leases, UUID ".json", text, strlen(text), NULL));
    g_assert_null(firn_lease_read(fixture->leases, UUID ".json", &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
}

static void
test_damage(Fixture *fixture, gconstpointer data)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"vm_uuid\": 1, \"vm_name\": \"a\", \"since_us\": 1, \"agent_path\": \"/a\", \"user\": "
        "0}",
        "{\"vm_uuid\": \"..\", \"vm_name\": \"a\", \"since_us\": 1, \"agent_path\": \"/a\","
        " \"user\": 0}",
        "{\"vm_uuid\": \"" UUID "\", \"vm_name\": \"a\", \"since_us\": 1, \"agent_path\": \"a\","
        " \"user\": 0}",
        "{\"vm_uuid\": \"" UUID "\", \"vm_name\": \"a\", \"since_us\": 1, \"agent_path\": \"/a\","
        " \"user\": 4294967296}",
        "{\"vm_uuid\": \"" UUID "\", \"vm_name\": \"a\", \"since_us\": 1, \"agent_path\": \"/a\","
        " \"user\": 0, \"user\": 1}",
        "{\"vm_uuid\": \"" UUID "\", \"vm_name\": \"a\", \"since_us\": 1, \"agent_path\": \"/a\","
        " \"is_stopped\": true, \"user\": 0}",
        "{\"vm_uuid\": \"" UUID "\", \"vm_name\": \"a\", \"since_us\": 1, \"monitor_path\": \"/a\","
        " \"user\": 0}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_refused(fixture, texts[i]);
}

static void
test_missing(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_lease_read(fixture->leases, UUID ".json", &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
}

/* A recursive parser would run out of stack here. */
static void
test_deep(Fixture *fixture, gconstpointer data)
{
    gsize depth = 4000000;
    g_autofree char *text = g_strnfill(depth, '[');

    assert_refused(fixture, text);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/vm/lease/written-is-read", Fixture, NULL, set_up, test_written_is_read, tear_down);
    g_test_add("/vm/lease/stopped", Fixture, NULL, set_up, test_stopped, tear_down);
    g_test_add("/vm/lease/damage", Fixture, NULL, set_up, test_damage, tear_down);
    g_test_add("/vm/lease/missing", Fixture, NULL, set_up, test_missing, tear_down);
    g_test_add("/vm/lease/deep-nesting", Fixture, NULL, set_up, test_deep, tear_down);
    return g_test_run();
}
