/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-check.h"

#include <string.h>

#include "blockers.h"
#include "job-rig.h"

#define ANSWER(value)      "{\"return\": " value ", \"id\": $id}\n"
#define DEVICE(name, type) "{\"name\": \"" name "\", \"type\": \"" type "\"}"
#define NOTHING            "[{\"name\": \"type\", \"type\": \"string\"}]"

/* QEMU 7.2's answers, and what the expected blocker contains. */
typedef struct {
    const char *topic;
    const char *migrate;
    const char *peripheral;
    const char *anonymous;
    const char *expected; /* (nullable) part of the blocker */
} Case;

/* clang-format off */
static const Case cases[] = {
    {"able", "{}", "[" DEVICE("nic0", "child<virtio-net-pci>") "]",
     "[" DEVICE("device[0]", "child<usb-tablet>") "]", NULL},
    {"unmigratable", "{\"blocked-reasons\": [\"non-migratable device: 0000:00:03.0/nvme\"]}",
     NOTHING, NOTHING, "00:03.0/nvme"},
    {"odd reason", "{\"blocked-reasons\": [7]}", NOTHING, NOTHING, "does not say"},
    {"vfio", "{}", "[" DEVICE("gpu", "child<vfio-pci>") "]", NOTHING,
     "device /machine/peripheral/gpu (vfio-pci)"},
    {"virtiofs", "{}", "[" DEVICE("fs0", "child<vhost-user-fs-pci>") "]", NOTHING, "virtiofsd"},
    {"usb", "{}", NOTHING, "[" DEVICE("device[3]", "child<usb-host>") "]",
     "/machine/peripheral-anon/device[3] (usb-host)"},
    {"ivshmem", "{}", "[" DEVICE("shared", "child<ivshmem-doorbell>") "]", NOTHING,
     "(ivshmem-doorbell)"},
    {"no child", "{}", "[" DEVICE("x", "vfio-pci") "]", NOTHING, NULL},
    {"no object", "[]", NOTHING, NOTHING, "cannot find out"},
    {"no array", "{}", "{}", NOTHING, "cannot find out"},
    {"odd elements", "{}", "[7, {}, {\"type\": 7}, " DEVICE("a", "child<vfio-ap>") "]", NOTHING,
     "vfio-ap"},
    {"for terminals", "{\"blocked-reasons\": [\"\\u001b[2J\"]}", NOTHING, NOTHING, "\\x1b[2J"},
};
/* clang-format on */

static void
answer(FirnTestPeer *peer, const char *match, const char *value)
{
    g_autofree char *text = g_strdup_printf(ANSWER("%s"), value);
    const FirnTestStep steps[] = {{.text = text}, {0}};

    firn_test_peer_when(peer, match, 0, steps);
}

static char *
check(FirnTestJobRig *rig)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(rig->rig.vm);

    firn_device_check(monitor, blockers, NULL);
    for (guint i = 0; i < blockers->len; i++)
        g_assert_cmpstr(((FirnBlocker *)blockers->pdata[i])->code, ==, "Unmigratable");
    g_assert_cmpuint(blockers->len, <=, 1);
    return blockers->len == 0 ? NULL : firn_blockers_to_text(blockers);
}

static void
test_case(FirnTestJobRig *rig, gconstpointer data)
{
    const Case *wanted = data;
    g_autofree char *said = NULL;

    answer(rig->rig.monitor_peer, "query-migrate", wanted->migrate);
    answer(rig->rig.monitor_peer, "/machine/peripheral\"", wanted->peripheral);
    answer(rig->rig.monitor_peer, "/machine/peripheral-anon\"", wanted->anonymous);
    said = check(rig);
    g_test_message("%s", said);
    g_assert_cmpint(said == NULL, ==, wanted->expected == NULL);
    if (said != NULL)
        g_assert_nonnull(strstr(said, wanted->expected));
}

/* A query that fails may hide any device. */
static void
test_refused(FirnTestJobRig *rig, gconstpointer command)
{
    g_autofree char *said = NULL;

    firn_test_peer_fail(rig->rig.monitor_peer, command, 0, "not today");
    answer(rig->rig.monitor_peer, "query-migrate", "{}");
    answer(rig->rig.monitor_peer, "qom-list", NOTHING);
    said = check(rig);
    g_assert_nonnull(said);
    g_assert_nonnull(strstr(said, "not today"));
}

#define ADD(path, data, function)                                                                  \
    g_test_add(path,                                                                               \
               FirnTestJobRig,                                                                     \
               data,                                                                               \
               firn_test_job_rig_set_up,                                                           \
               function,                                                                           \
               firn_test_job_rig_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/job/device-check/%s", cases[i].topic);

        ADD(path, &cases[i], test_case);
    }
    ADD("/job/device-check/refused/migrate", "query-migrate", test_refused);
    ADD("/job/device-check/refused/peripheral", "/machine/peripheral\"", test_refused);
    ADD("/job/device-check/refused/anonymous", "/machine/peripheral-anon\"", test_refused);
    return g_test_run();
}
