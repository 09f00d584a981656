/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-migration.h"

#include <string.h>

#include "monitor-rig.h"

#define BACKGROUND "[{\"capability\": \"background-snapshot\", \"state\": true}]"
#define PLAIN      "[{\"capability\": \"background-snapshot\", \"state\": false}]"
#define SETUP      "{\"status\": \"setup\"}"
#define NO_PAGES   "{\"status\": \"active\", \"ram\": {\"normal\": 0, \"duplicate\": 0}}"
#define PAGES      "{\"status\": \"active\", \"ram\": {\"normal\": 0, \"duplicate\": 1}}"
#define OVER       "{\"status\": \"completed\"}"
#define FAILED     "{\"status\": \"failed\"}"

/* The next replies to query-migrate; the last one is repeated. */
static void
script(FirnTestMonitorRig *rig, const char *capabilities, const char *const *answers)
{
    firn_test_answer(rig->peer, "query-migrate-capabilities", capabilities);
    for (guint i = 0; answers[i] != NULL; i++) {
        g_autofree char *text = g_strdup_printf("{\"id\": $id, \"return\": %s}\n", answers[i]);
        const FirnTestStep steps[] = {{.text = text}, {0}};

        firn_test_peer_when(rig->peer, "\"query-migrate\"", answers[i + 1] == NULL ? 0 : 1, steps);
    }
}

static void
assert_released(FirnTestMonitorRig *rig, guint n_looks)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_memory_migration_release(rig->monitor, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(firn_test_peer_count(rig->peer, "query-migrate"), ==, n_looks);
}

/* RAM is protected, and the stream will take minutes: the guest may be resumed. */
static void
test_pages(FirnTestMonitorRig *rig, gconstpointer data)
{
    script(rig, BACKGROUND, (const char *const[]){SETUP, NO_PAGES, NO_PAGES, PAGES, NULL});
    assert_released(rig, 4);
    g_assert_cmpuint(firn_test_peer_count(rig->peer, "migrate_cancel"), ==, 0);
    /* Of a stream that continues. */
    g_assert_cmpuint(firn_test_peer_count(rig->peer, "closefd"), ==, 0);
    g_assert_cmpuint(firn_test_peer_count(rig->peer, "migrate-set-capabilities"), ==, 0);
}

static void
test_ended(FirnTestMonitorRig *rig, gconstpointer data)
{
    script(rig, BACKGROUND, (const char *const[]){NO_PAGES, data, NULL});
    assert_released(rig, 2);
}

static void
test_none(FirnTestMonitorRig *rig, gconstpointer capabilities)
{
    script(rig, capabilities, (const char *const[]){"{}", NULL});
    assert_released(rig, 1);
}

/* QEMU would pause the guest again at its end. */
static void
test_plain(FirnTestMonitorRig *rig, gconstpointer state)
{
    firn_test_fake_monitor_set_state(rig->fake, state);
    firn_test_answer(rig->peer, "migrate_cancel", "{}");
    script(rig, PLAIN, (const char *const[]){PAGES, PAGES, OVER, NULL});
    assert_released(rig, 3);
    g_assert_cmpuint(firn_test_peer_count(rig->peer, "migrate_cancel"),
                     ==,
                     g_str_equal(state, "paused") ? 1 : 0);
}

static void
test_no_answer(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_answer(rig->peer, "query-migrate-capabilities", BACKGROUND);
    firn_test_peer_fail(rig->peer, "\"query-migrate\"", 1, "no");
    g_assert_false(firn_memory_migration_release(rig->monitor, &error));
    g_assert_nonnull(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/qmp/memory-migration/release/has-pages", NULL, test_pages);
    firn_test_monitor_rig_add("/qmp/memory-migration/release/completed", OVER, test_ended);
    firn_test_monitor_rig_add("/qmp/memory-migration/release/failed", FAILED, test_ended);
    firn_test_monitor_rig_add("/qmp/memory-migration/release/none", BACKGROUND, test_none);
    firn_test_monitor_rig_add("/qmp/memory-migration/release/none-plain", PLAIN, test_none);
    firn_test_monitor_rig_add("/qmp/memory-migration/release/plain", "paused", test_plain);
    firn_test_monitor_rig_add("/qmp/memory-migration/release/plain-runs", "running", test_plain);
    firn_test_monitor_rig_add("/qmp/memory-migration/release/no-answer", NULL, test_no_answer);
    return g_test_run();
}
