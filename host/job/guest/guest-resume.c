/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-resume.h"

#include "fsfreeze.h"
#include "qmp-error.h"
#include "thaw.h"
#include "vm-wait.h"

#define AGENT_MS 10000
#define AGAIN_MS 200
#define CALL_MS  10000

/* The agent in the saved RAM may be in the middle of a command, or its port may be closed. */
static FirnChannel *
open_agent(FirnVm *vm)
{
    gint64 end_us = g_get_monotonic_time() + AGENT_MS * G_TIME_SPAN_MILLISECOND;
    FirnChannel *agent = firn_vm_open_agent(vm, NULL, NULL);

    while (agent == NULL && g_get_monotonic_time() < end_us && !firn_vm_wait_off(vm, AGAIN_MS))
        agent = firn_vm_open_agent(vm, NULL, NULL);
    return agent;
}

static const char *
set_clock(FirnChannel *agent)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    g_autoptr(GError) error = NULL;

    json_object_set_int_member(arguments, "time", g_get_real_time() * 1000);
    reply = firn_channel_call(agent, "guest-set-time", arguments, CALL_MS, NULL, &error);
    if (reply != NULL)
        return "ok";
    g_info("cannot set the guest's clock: %s", error->message);
    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_BLOCKED))
        return "blocked";
    return g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_NO_COMMAND) ? "unsupported"
                                                                             : "failed";
}

void
firn_guest_resume_finish(FirnVm *vm, FirnGuestResumed *out_resumed)
{
    FirnChannel *agent = open_agent(vm);
    gboolean is_frozen = FALSE;

    *out_resumed = (FirnGuestResumed){"unsupported", "unknown", "unsupported"};
    if (agent == NULL)
        return;
    out_resumed->agent = "ok";
    if (firn_fsfreeze_query(agent, CALL_MS, NULL, &is_frozen, NULL))
        out_resumed->frozen = is_frozen ? "thawed" : "no";
    /* A frozen qemu-ga refuses nearly every command. */
    if (is_frozen) {
        firn_vm_close_agent(vm, agent);
        firn_thaw_leftover(vm, g_get_real_time(), FALSE);
        agent = open_agent(vm);
    }
    if (agent == NULL)
        return;
    out_resumed->clock = set_clock(agent);
    firn_vm_close_agent(vm, agent);
}
