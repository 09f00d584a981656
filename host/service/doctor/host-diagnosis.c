/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-diagnosis.h"

#include "firn-config.h"
#include "host-hook.h"
#include "kernel-findings.h"
#include "libvirt-findings.h"
#include "spaces.h"

void
firn_host_diagnosis_add_access(FirnDiagnosis *diagnosis, const FirnServiceParts *parts)
{
    FirnFindings *findings = firn_diagnosis_get_findings(diagnosis);
    g_autofree char *text = NULL;

    if (firn_authority_describe(parts->authority, &text))
        firn_findings_say(findings, "Authority", "access", "%s", text);
    else
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "PolkitAbsent",
                          "access",
                          text,
                          "start polkit.service");
}

static void
look_at_hook(FirnFindings *findings, gpointer nothing, GCancellable *hurry)
{
    firn_libvirt_findings_add_hook(findings, firn_libvirt_hook_file_look(""));
}

void
firn_host_diagnosis_add_libvirt(FirnDiagnosis *diagnosis, const FirnServiceParts *parts)
{
    g_autoptr(GPtrArray) health = firn_vm_source_list_health(parts->source);

    firn_libvirt_findings_add(firn_diagnosis_get_findings(diagnosis), health);
    if (parts->hook != NULL && firn_hook_server_get_last_heard_us(parts->hook) != 0)
        firn_findings_say(firn_diagnosis_get_findings(diagnosis),
                          "Hook",
                          "libvirt's hook",
                          "has called firnd: it is installed and active");
    else if (firn_libvirt_findings_want_hook(health))
        firn_diagnosis_look(diagnosis, "libvirt's hook", look_at_hook, NULL, g_free);
}

static void
add_problems(FirnFindings *findings, FirnVmSource *source)
{
    GPtrArray *problems = firn_vm_source_get_problems(source);

    for (guint i = 0; i < problems->len; i++)
        firn_findings_add(findings,
                          FIRN_SEVERITY_ERROR,
                          "BadDefinition",
                          "definition",
                          problems->pdata[i],
                          "correct the file; firnd reads it again by itself");
}

/* A critical one fails each job, and the others are only missed. */
static void
look_at_host_hooks(FirnFindings *findings, gpointer folder, GCancellable *hurry)
{
    g_autoptr(GPtrArray) hooks = firn_host_hook_list(folder);

    for (guint i = 0; i < hooks->len; i++) {
        const FirnHostHook *hook = hooks->pdata[i];

        if (hook->refusal == NULL)
            firn_findings_say(findings,
                              "HostHook",
                              hook->name,
                              "runs around create, restore and undo%s",
                              hook->is_critical ? ", which it can refuse" : "");
        else
            firn_findings_add(findings,
                              hook->is_critical ? FIRN_SEVERITY_ERROR : FIRN_SEVERITY_WARNING,
                              "HostHookRefused",
                              hook->name,
                              hook->refusal,
                              "correct the file; firnd reads it again by itself");
    }
}

static void
look_at_host(FirnFindings *findings, gpointer state_dir, GCancellable *hurry)
{
    g_autoptr(FirnSpaces) spaces = firn_spaces_new();

    firn_spaces_add(spaces, state_dir, state_dir);
    firn_spaces_tell(spaces, findings);
    firn_kernel_findings_add_confinement(findings, "");
}

void
firn_host_diagnosis_async(const FirnServiceParts *parts,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    FirnDiagnosis *diagnosis = firn_diagnosis_new(callback, user_data);
    FirnFindings *findings = firn_diagnosis_get_findings(diagnosis);

    firn_findings_say(findings, "Version", "firnd", "%s, as %s", FIRN_VERSION, FIRN_BUS_NAME);
    firn_host_diagnosis_add_access(diagnosis, parts);
    add_problems(findings, parts->source);
    firn_host_diagnosis_add_libvirt(diagnosis, parts);
    firn_diagnosis_look(diagnosis,
                        "host hooks",
                        look_at_host_hooks,
                        g_strdup(parts->hooks_dir),
                        g_free);
    firn_diagnosis_look(diagnosis, "host", look_at_host, g_strdup(parts->state_dir), g_free);
    firn_diagnosis_end(diagnosis);
}
