/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan-findings.h"

#include "size-text.h"

static const char *
get_text(GVariant *plan, const char *key)
{
    const char *text = "";

    g_variant_lookup(plan, key, "&s", &text);
    return text;
}

/* With a wrong monitor path in its machine file, a running VM looks like one that is off. */
static void
add_silence(FirnFindings *findings, const char *path)
{
    g_autofree char *folder = path == NULL ? NULL : g_path_get_dirname(path);
    g_autofree char *message = NULL;

    if (path == NULL) {
        firn_findings_say(findings, "Monitor", "monitor", "the VM is off: no QEMU runs");
    } else if (g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        firn_findings_say(findings,
                          "Monitor",
                          "monitor",
                          "no process listens on %s, so the VM is off",
                          path);
    } else {
        message = g_strdup_printf("the VM is considered off: %s cannot exist without the folder "
                                  "%s, and firnd cannot detect when QEMU starts",
                                  path,
                                  folder);
        firn_findings_add(
            findings,
            FIRN_SEVERITY_WARNING,
            "MonitorFolderMissing",
            "monitor",
            message,
            "create the folder before QEMU starts, or correct qmp= in the machine file");
    }
}

static void
add_monitor(FirnFindings *findings, GVariant *plan, const char *path)
{
    const char *state = get_text(plan, "state");

    if (g_str_equal(state, "off"))
        add_silence(findings, path);
    else if (g_str_equal(state, "unknown"))
        firn_findings_add(findings,
                          FIRN_SEVERITY_ERROR,
                          "MonitorSilent",
                          "monitor",
                          "QEMU's monitor does not answer",
                          "check whether another process holds the socket, and whether QEMU hangs");
    else
        firn_findings_say(findings, "Monitor", "monitor", "answers");
}

/* A missing agent is reported as a blocker of the plan. */
static void
add_agent(FirnFindings *findings, GVariant *plan)
{
    g_autoptr(GVariant) file_systems = g_variant_lookup_value(plan, "file-systems", NULL);
    const char *agent = get_text(plan, "agent");

    if (g_str_equal(get_text(plan, "state"), "off"))
        firn_findings_say(findings, "Agent", "guest agent", "not needed while the VM is off");
    else if (*agent != '\0')
        firn_findings_say(findings,
                          "Agent",
                          "guest agent",
                          "version %s; %" G_GSIZE_FORMAT " mounted file systems",
                          agent,
                          file_systems == NULL ? 0 : g_variant_n_children(file_systems));
}

/* A disk with a blocker is reported by that blocker only. */
static gboolean
is_blocked(GVariant *plan, const char *subject)
{
    g_autoptr(GVariant) blockers =
        g_variant_lookup_value(plan, "blockers", G_VARIANT_TYPE("a(ssss)"));
    GVariantIter iter;
    const char *of;

    if (blockers == NULL)
        return FALSE;
    g_variant_iter_init(&iter, blockers);
    while (g_variant_iter_next(&iter, "(s&sss)", NULL, &of, NULL, NULL))
        if (g_str_equal(of, subject))
            return TRUE;
    return FALSE;
}

static void
add_disks(FirnFindings *findings, GVariant *plan)
{
    g_autoptr(GVariant) disks = g_variant_lookup_value(plan, "disks", G_VARIANT_TYPE("a(ssst)"));
    GVariantIter iter;
    const char *target, *backend, *path;
    guint64 size_bytes;

    if (disks == NULL)
        return;
    g_variant_iter_init(&iter, disks);
    while (g_variant_iter_next(&iter, "(&s&s&st)", &target, &backend, &path, &size_bytes)) {
        g_autofree char *subject = g_strdup_printf("disk %s", target);
        g_autofree char *size = firn_size_text(size_bytes);

        if (!is_blocked(plan, subject))
            firn_findings_say(findings, "Disk", subject, "%s, %s", size, path);
    }
}

static void
add_nvram(FirnFindings *findings, GVariant *plan)
{
    const char *path = get_text(plan, "nvram");
    const char *blocker = get_text(plan, "nvram-left-out");
    g_autofree char *message =
        g_strdup_printf("UEFI variables would not be part of snapshots: %s", blocker);

    if (*blocker != '\0')
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "NvramLeftOut",
                          "NVRAM",
                          message,
                          "store them in a plain file of the host, or copy them yourself");
    else if (*path != '\0')
        firn_findings_say(findings, "Nvram", "NVRAM", "%s: included in snapshots", path);
}

/* Neither is about the VM: the limit has a finding of its own, and the name is only a proposal. */
static gboolean
is_about_vm(const char *code)
{
    return !g_str_equal(code, "LimitReached") && !g_str_equal(code, "NameTaken");
}

static guint
add_blockers(FirnFindings *findings, GVariant *plan)
{
    g_autoptr(GVariant) blockers =
        g_variant_lookup_value(plan, "blockers", G_VARIANT_TYPE("a(ssss)"));
    GVariantIter iter;
    const char *code, *subject, *message, *remedy;
    guint n = 0;

    if (blockers == NULL)
        return 0;
    g_variant_iter_init(&iter, blockers);
    while (g_variant_iter_next(&iter, "(&s&s&s&s)", &code, &subject, &message, &remedy)) {
        if (!is_about_vm(code))
            continue;
        firn_findings_add(findings, FIRN_SEVERITY_ERROR, code, subject, message, remedy);
        n++;
    }
    return n;
}

static void
add_outlook(FirnFindings *findings, GVariant *plan)
{
    if (g_str_equal(get_text(plan, "expected-verdict"), "crash"))
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "Ready",
                          "snapshot",
                          "would be only crash-consistent (as after a power failure)",
                          "do what the other lines suggest, or accept it with --quiesce=try");
    else
        firn_findings_say(findings, "Ready", "snapshot", "would be consistent");
}

void
firn_plan_findings_add(FirnFindings *findings, GVariant *plan, const char *monitor_path)
{
    add_monitor(findings, plan, monitor_path);
    add_agent(findings, plan);
    add_disks(findings, plan);
    add_nvram(findings, plan);
    if (add_blockers(findings, plan) == 0)
        add_outlook(findings, plan);
}
