/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-findings.h"

#include <string.h>

#include "channel-rig.h"
#include "finding-words.h"
#include "hook-findings.h"

#define PATIENCE_MS 30000

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestFakeAgent *fake;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    self->loop = firn_test_loop_thread_start();
    self->fake = firn_test_fake_agent_new(NULL, 2);
    firn_test_fake_agent_be_windows(self->fake);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_free(self->fake);
    firn_test_loop_thread_stop(self->loop);
}

/* What doctor says, which asks about hooks without knowing what the guest is. */
static void
assert_says(Fixture *self, const char *expected)
{
    FirnTestPeer *peer = firn_test_fake_agent_get_peer(self->fake);
    g_autoptr(FirnFindings) findings = firn_findings_new();
    g_autoptr(GError) error = NULL;
    FirnChannel *agent = firn_test_open_agent(firn_test_peer_get_path(peer), PATIENCE_MS, &error);
    g_autofree char *words = NULL;

    g_assert_no_error(error);
    firn_hook_findings_add(findings, agent, NULL, NULL);
    firn_test_close_channel(agent);
    words = firn_test_finding_words(findings);
    if (strstr(words, expected) == NULL)
        g_error("\"%s\" is not in \"%s\"", expected, words);
}

static void
test_well(Fixture *self, gconstpointer data)
{
    assert_says(self, "ok VssWriter VSS: the guest has firn-vss 0.1.0, and 1 hooks");
}

static void
test_absent(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_print(self->fake, "check", NULL);
    assert_says(self, "warning NoVssWriter VSS: firn-vss is not installed in the guest");
}

static void
test_no_exec(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_disable(self->fake, "guest-exec-status");
    assert_says(self, "ok HooksUnknown VSS: the agent does not permit guest-exec");
}

static void
test_garbage(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_print(self->fake, "check", "{\"version\": 1}");
    assert_says(self, "warning HookReportMissing VSS: ");
}

static void
test_changed(Fixture *self, gconstpointer data)
{
    const char *const *example = data;

    firn_test_fake_agent_change(self->fake, "check", example[0], example[1]);
    assert_says(self, example[2]);
}

/* clang-format off */
static const char *const changes[][4] = {
    {"\"firn_vss\": \"running\"", "\"firn_vss\": \"paused\"",
     "warning VssWriterStopped VSS: the service of firn-vss 0.1.0 ", "stopped"},
    {"\"copy\"", "\"full\"",
     "warning VssBackupType VSS: qemu-ga asks VSS for a backup of type \"full\"", "full"},
    {"refused\": null", "refused\": \"Users\"",
     "warning VssHooksRefused VSS: no hook may run in the guest: Users", "refused"},
    {"\"NTFS\", \"can_freeze\": true", "\"FAT\", \"can_freeze\": false",
     "warning VssVolume VSS: VSS cannot freeze the volume C: (FAT)", "volume"},
};
/* clang-format on */

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_autofree char *whole = g_strconcat("/doctor/vss-findings/", path, NULL);

    g_test_add(whole, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("well", NULL, test_well);
    add("absent", NULL, test_absent);
    add("no-exec", NULL, test_no_exec);
    add("garbage", NULL, test_garbage);
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++)
        add(changes[i][3], changes[i], test_changed);
    return g_test_run();
}
