/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent-lack.h"

#include "indication.h"
#include "qmp-error.h"

#define UNAVAILABLE "AgentUnavailable"
#define AGENT       "guest agent"

/* Both spellings: qemu-ga has allow-rpcs since 8.0; before 7.2 block-rpcs was "blacklist". */
static const char allow[] =
    "allow it in the guest (block-rpcs or allow-rpcs in /etc/qemu/qemu-ga.conf, --block-rpcs or "
    "--allow-rpcs of qemu-ga, or /etc/sysconfig/qemu-ga) and restart qemu-guest-agent";
static const char allow_windows[] =
    "make sure that the service \"QEMU Guest Agent VSS Provider\" exists in the guest and "
    "that qemu-ga's block-rpcs allows it, then restart the service \"QEMU Guest Agent\"";
static const char give_port[] =
    "add an agent channel (libvirt: a channel org.qemu.guest_agent.0; plain QEMU: agent= in its "
    "machine file) and run qemu-guest-agent in the guest";

static const char newer[] = "install a newer qemu-guest-agent in the guest";
/* The agent is not running, hangs, or is too slow. */
static const char silent[] =
    "make sure that qemu-guest-agent is installed and running in the guest";

static const char *
indication_of(int code)
{
    switch (code) {
    case FIRN_QMP_ERROR_NO_COMMAND:
        return FIRN_INDICATION_AGENT_TOO_OLD;
    case FIRN_QMP_ERROR_BLOCKED:
        return FIRN_INDICATION_AGENT_BLOCKED;
    case FIRN_QMP_ERROR_REFUSED:
    case FIRN_QMP_ERROR_MALFORMED:
        return FIRN_INDICATION_AGENT_FAILED;
    default:
        return FIRN_INDICATION_NO_GUEST_AGENT;
    }
}

static const char *
remedy_of(int code)
{
    switch (code) {
    case FIRN_QMP_ERROR_NO_COMMAND:
        return newer;
    case FIRN_QMP_ERROR_BLOCKED:
        return allow;
    case FIRN_QMP_ERROR_NO_PEER:
        return give_port;
    case FIRN_QMP_ERROR_BUSY:
        return "wait until the other user of the agent has finished";
    case FIRN_QMP_ERROR_UNTRUSTED:
        return "check the owner and the permissions of that socket";
    case FIRN_QMP_ERROR_REFUSED:
        return "check the log of qemu-guest-agent in the guest";
    case FIRN_QMP_ERROR_MALFORMED:
        return "check in the guest what answers on this channel: it does not speak "
               "qemu-guest-agent's protocol";
    default:
        return silent;
    }
}

static FirnAgentLack *
new_lack(const char *indication, const char *text, const char *remedy)
{
    FirnAgentLack *self = g_new0(FirnAgentLack, 1);

    self->indication = indication;
    self->code = UNAVAILABLE;
    self->subject = AGENT;
    self->text = g_strdup(text);
    self->remedy = remedy;
    return self;
}

char *
firn_agent_lack_dup_departure(FirnVm *vm)
{
    g_autofree char *run_state = NULL;

    if (!firn_vm_look(vm, NULL, NULL) || firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING)
        return NULL;
    if (firn_vm_is_off(vm))
        return g_strdup("the VM has just been powered off");
    run_state = firn_vm_dup_run_state(vm);
    return g_strdup_printf("the VM has just been stopped (%s)", run_state);
}

static FirnAgentLack *
new_departure(const char *text)
{
    FirnAgentLack *self = new_lack(FIRN_INDICATION_NO_GUEST_AGENT, text, "try again");

    self->code = "Busy";
    self->subject = "VM";
    return self;
}

FirnAgentLack *
firn_agent_lack_of_error(FirnVm *vm, const GError *error)
{
    int code = error->domain == FIRN_QMP_ERROR ? error->code : FIRN_QMP_ERROR_DEADLINE;
    const char *remedy = remedy_of(code);
    g_autofree char *departure = NULL;

    /* The caller's own time limit was shorter than the agent needed. */
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return new_lack(indication_of(code),
                        "the agent did not answer within the time of the check",
                        silent);
    if (remedy == silent)
        departure = firn_agent_lack_dup_departure(vm);
    if (departure != NULL)
        return new_departure(departure);
    return new_lack(indication_of(code), error->message, remedy);
}

static const char *
remedy_for_blocked(const FirnGuestInfo *info)
{
    /* On Windows the agent disables the freeze commands if it cannot freeze. */
    return g_strcmp0(info->os_id, "mswindows") == 0 ? allow_windows : allow;
}

FirnAgentLack *
firn_agent_lack_of_info(const FirnGuestInfo *info)
{
    g_autofree char *text = NULL;

    if (info->blocked == NULL)
        return new_lack(FIRN_INDICATION_AGENT_TOO_OLD,
                        "the agent cannot freeze file systems or cannot list them",
                        newer);
    text = g_strdup_printf("%s: disabled in the agent's configuration", info->blocked);
    return new_lack(info->is_freeze_disabled ? FIRN_INDICATION_FREEZE_DISABLED
                                             : FIRN_INDICATION_AGENT_BLOCKED,
                    text,
                    remedy_for_blocked(info));
}

FirnAgentLack *
firn_agent_lack_of_foreign_freeze(void)
{
    FirnAgentLack *self = new_lack(FIRN_INDICATION_QUIESCE_FAILED,
                                   "the guest was frozen by another user or program",
                                   "wait until it is thawed, or run firn thaw VM");

    self->code = "GuestFrozen";
    return self;
}

void
firn_agent_lack_free(FirnAgentLack *self)
{
    if (self == NULL)
        return;
    g_free(self->text);
    g_free(self);
}
