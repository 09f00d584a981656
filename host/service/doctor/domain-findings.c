/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-findings.h"

#define CHANNEL                                                                                    \
    "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"

/* libvirt 9.0 can hot plug a channel, but not the virtio-serial controller that it needs. */
static gboolean
has_serial_controller(const FirnDomainXml *xml)
{
    for (guint i = 0; i < xml->devices->len; i++) {
        const FirnDomainDevice *device = xml->devices->pdata[i];

        if (g_str_has_prefix(device->name, "controller virtio-serial "))
            return TRUE;
    }
    return FALSE;
}

static const char *
describe_how(const FirnDomainXml *xml)
{
    if (!xml->is_live)
        return "";
    return has_serial_controller(xml) ? " --live" : "; then shut it down and start it again";
}

static void
add_channel(FirnFindings *findings, const FirnDomainXml *xml)
{
    g_autofree char *name = NULL;
    g_autofree char *remedy = NULL;

    if (xml->has_agent_channel) {
        firn_findings_say(findings, "AgentChannel", "agent channel", "the domain has one");
        return;
    }
    name = g_shell_quote(xml->name);
    remedy = g_strdup_printf("echo \"" CHANNEL "\" | virsh attach-device %s /dev/stdin --config%s",
                             name,
                             describe_how(xml));
    firn_findings_add(findings,
                      FIRN_SEVERITY_ERROR,
                      "AgentChannelMissing",
                      "agent channel",
                      "the domain has none, so its guest cannot be frozen",
                      remedy);
}

/* Reports state outside the disks, which no snapshot includes. */
static void
add_other_state(FirnFindings *findings, const FirnDomainXml *xml)
{
    if (xml->has_tpm)
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "Tpm",
                          "TPM",
                          "its state is not part of snapshots: after a restore the guest may ask "
                          "for the recovery key of its disks",
                          "store that key outside the guest");
}

void
firn_domain_findings_add(FirnFindings *findings, const FirnDomainXml *xml)
{
    add_channel(findings, xml);
    add_other_state(findings, xml);
}

static void
add_drift(FirnFindings *findings,
          const FirnVmDrift *found,
          const char *vm_name,
          const char *snapshot)
{
    g_autofree char *list = g_strjoinv("; ", found->drift);
    g_autofree char *message = g_strdup_printf("differs from snapshot %s: %s", snapshot, list);
    g_autofree char *remedy =
        g_strdup_printf("revert that change, or create a new snapshot: firn create %s", vm_name);

    firn_findings_add(findings,
                      FIRN_SEVERITY_WARNING,
                      "ConfigDrift",
                      "configuration",
                      message,
                      remedy);
}

void
firn_domain_findings_add_drift(FirnFindings *findings,
                               const FirnVmDrift *found,
                               const char *vm_name,
                               const char *snapshot)
{
    g_autofree char *pending = g_strjoinv("; ", found->pending);

    if (found->drift[0] != NULL)
        add_drift(findings, found, vm_name, snapshot);
    else if (found->is_compared)
        firn_findings_say(findings, "Config", "configuration", "same as at snapshot %s", snapshot);
    if (*pending != '\0')
        firn_findings_add(
            findings,
            FIRN_SEVERITY_WARNING,
            "ConfigPendingRestart",
            "next start",
            pending,
            "shut the domain down and start it again; a reboot inside the guest is not enough");
}
