/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent-lack.h"

#include <string.h>

#include "host-error.h"
#include "indication.h"
#include "job-rig.h"
#include "qmp-error.h"

static FirnAgentLack *
find(FirnTestJobRig *self, GQuark domain, int code)
{
    g_autoptr(GError) error = g_error_new_literal(domain, code, "why");

    return firn_agent_lack_of_error(self->rig.vm, error);
}

static const struct {
    FirnQmpError code;
    const char *indication;
    const char *remedy; /* a word of it */
} causes[] = {
    {FIRN_QMP_ERROR_NO_COMMAND, "AgentTooOld",  "newer"     },
    {FIRN_QMP_ERROR_BLOCKED,    "AgentBlocked", "block-rpcs"},
    {FIRN_QMP_ERROR_NO_PEER,    "NoGuestAgent", "channel"   },
    {FIRN_QMP_ERROR_BUSY,       "NoGuestAgent", "other user"},
    {FIRN_QMP_ERROR_UNTRUSTED,  "NoGuestAgent", "owner"     },
    {FIRN_QMP_ERROR_REFUSED,    "AgentFailed",  "log"       },
    {FIRN_QMP_ERROR_MALFORMED,  "AgentFailed",  "answers"   },
    {FIRN_QMP_ERROR_CLOSED,     "NoGuestAgent", "installed" },
    {FIRN_QMP_ERROR_DEADLINE,   "NoGuestAgent", "installed" },
};

static void
test_causes(FirnTestJobRig *self, gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(causes); i++) {
        g_autoptr(FirnAgentLack) lack = find(self, FIRN_QMP_ERROR, (int)causes[i].code);

        g_assert_cmpstr(lack->code, ==, "AgentUnavailable");
        g_assert_cmpstr(lack->text, ==, "why");
        g_assert_cmpstr(lack->indication, ==, causes[i].indication);
        g_assert_nonnull(strstr(lack->remedy, causes[i].remedy));
    }
}

static void
test_hurry(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnAgentLack) lack = find(self, G_IO_ERROR, G_IO_ERROR_CANCELLED);

    g_assert_cmpstr(lack->code, ==, "AgentUnavailable");
    g_assert_nonnull(strstr(lack->text, "within the time of the check"));
}

static void
assert_departed(FirnTestJobRig *self, const char *word)
{
    g_autoptr(FirnAgentLack) closed = find(self, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
    g_autoptr(FirnAgentLack) silent = find(self, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);

    g_assert_cmpstr(closed->code, ==, "Busy");
    g_assert_nonnull(strstr(closed->text, word));
    g_assert_null(strstr(closed->remedy, "installed"));
    g_assert_cmpstr(silent->code, ==, "Busy");
}

static void
test_powered_off(FirnTestJobRig *self, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&self->rig);
    assert_departed(self, "powered off");
}

static void
test_shut_down(FirnTestJobRig *self, gconstpointer data)
{
    firn_test_fake_monitor_set_state(self->rig.monitor, "shutdown");
    assert_departed(self, "stopped (shutdown)");
}

static void
test_windows(void)
{
    FirnGuestInfo info = {.os_id = (char *)"mswindows",
                          .is_freeze_disabled = TRUE,
                          .blocked = (char *)"guest-fsfreeze-freeze"};
    g_autoptr(FirnAgentLack) lack = firn_agent_lack_of_info(&info);

    g_assert_cmpstr(lack->indication, ==, "FreezeDisabled");
    g_assert_nonnull(strstr(lack->text, "guest-fsfreeze-freeze"));
    g_assert_nonnull(strstr(lack->remedy, "VSS"));
}

static void
test_old_agent(void)
{
    FirnGuestInfo info = {.has_freeze = FALSE};
    g_autoptr(FirnAgentLack) lack = firn_agent_lack_of_info(&info);

    g_assert_cmpstr(lack->indication, ==, "AgentTooOld");
    g_assert_nonnull(strstr(lack->remedy, "newer"));
}

#define ADD(name, test)                                                                            \
    g_test_add("/job/agent-lack/" name,                                                            \
               FirnTestJobRig,                                                                     \
               NULL,                                                                               \
               firn_test_job_rig_set_up,                                                           \
               test,                                                                               \
               firn_test_job_rig_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    ADD("each-cause-has-its-remedy", test_causes);
    ADD("nobody-waited", test_hurry);
    ADD("guest-has-powered-off", test_powered_off);
    ADD("guest-has-shut-down", test_shut_down);
    g_test_add_func("/job/agent-lack/windows", test_windows);
    g_test_add_func("/job/agent-lack/old-agent", test_old_agent);
    return g_test_run();
}
