/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chardev.h"

#include "monitor-rig.h"

#define LIST                                                                                       \
    "[{\"label\": \"a\", \"filename\": \"pty:/run/web1.qga\", \"frontend-open\": true},"           \
    " {\"label\": \"b\", \"filename\": \"disconnected:unix:/run/web1.qga.old,server=on\","         \
    "  \"frontend-open\": true},"                                                                  \
    " {\"label\": \"c\", \"filename\": \"disconnected:unix:/run/web1.qga,server=on\","             \
    "  \"frontend-open\": false},"                                                                 \
    " {\"label\": \"d\", \"filename\": \"unix:/run/taken,server=on\", \"frontend-open\": true}]"

static void
test_free(FirnTestMonitorRig *rig, gconstpointer data)
{
    gboolean is_open = TRUE;

    firn_test_answer(rig->peer, "query-chardev", LIST);
    g_assert_cmpint(firn_chardev_query(rig->monitor, "/run/web1.qga", 5000, NULL, &is_open),
                    ==,
                    FIRN_CHARDEV_FREE);
    g_assert_false(is_open);
}

static void
test_taken(FirnTestMonitorRig *rig, gconstpointer data)
{
    gboolean is_open = FALSE;

    firn_test_answer(rig->peer, "query-chardev", LIST);
    g_assert_cmpint(firn_chardev_query(rig->monitor, "/run/taken", 5000, NULL, &is_open),
                    ==,
                    FIRN_CHARDEV_TAKEN);
    g_assert_true(is_open);
}

static void
test_unknown(FirnTestMonitorRig *rig, gconstpointer data)
{
    firn_test_answer(rig->peer, "query-chardev", LIST);
    g_assert_cmpint(firn_chardev_query(rig->monitor, "/run/web", 5000, NULL, NULL),
                    ==,
                    FIRN_CHARDEV_UNKNOWN);
}

static void
test_no_answer(FirnTestMonitorRig *rig, gconstpointer data)
{
    gboolean is_open = TRUE;

    firn_test_peer_fail(rig->peer, "query-chardev", 1, "no");
    g_assert_cmpint(firn_chardev_query(rig->monitor, "/run/taken", 5000, NULL, &is_open),
                    ==,
                    FIRN_CHARDEV_UNKNOWN);
    g_assert_true(is_open);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/qmp/chardev/free", NULL, test_free);
    firn_test_monitor_rig_add("/qmp/chardev/taken", NULL, test_taken);
    firn_test_monitor_rig_add("/qmp/chardev/beginning-of-another-path", NULL, test_unknown);
    firn_test_monitor_rig_add("/qmp/chardev/no-answer", NULL, test_no_answer);
    return g_test_run();
}
