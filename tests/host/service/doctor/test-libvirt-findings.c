/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-findings.h"

#include <string.h>

#include "finding-words.h"

static char *
describe(FirnSourceHealth *source)
{
    g_autoptr(GPtrArray) health = g_ptr_array_new();
    g_autoptr(FirnFindings) findings = firn_findings_new();

    g_ptr_array_add(health, source);
    g_assert_cmpint(firn_libvirt_findings_want_hook(health), ==, source->has_hook);
    firn_libvirt_findings_add(findings, health);
    return firn_test_finding_words(findings);
}

static void
test_reached(void)
{
    FirnSourceHealth health = {(char *)"libvirt (qemu:///system)",
                               TRUE,
                               (char *)"libvirt 9.0.0, QEMU 7.2.22",
                               TRUE};
    g_autofree char *words = describe(&health);

    g_assert_cmpstr(words, ==, "ok Source libvirt (qemu:///system): libvirt 9.0.0, QEMU 7.2.22\n");
}

static void
test_away(void)
{
    FirnSourceHealth health = {(char *)"libvirt (qemu:///session)",
                               FALSE,
                               (char *)"Connection refused",
                               FALSE};
    g_autofree char *words = describe(&health);

    g_assert_nonnull(strstr(words,
                            "error SourceUnreachable libvirt (qemu:///session): Connection "
                            "refused -> start libvirt: "));
}

static char *
describe_hook(FirnLibvirtHookState state)
{
    g_autoptr(FirnFindings) findings = firn_findings_new();

    firn_libvirt_findings_add_hook(findings, state);
    return firn_test_finding_words(findings);
}

static void
test_hook(void)
{
    g_autofree char *missing = describe_hook(FIRN_LIBVIRT_HOOK_MISSING);
    g_autofree char *dull = describe_hook(FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE);
    g_autofree char *unseen = describe_hook(FIRN_LIBVIRT_HOOK_UNSEEN);
    g_autofree char *unknown = describe_hook(FIRN_LIBVIRT_HOOK_UNKNOWN);
    g_autofree char *active = describe_hook(FIRN_LIBVIRT_HOOK_ACTIVE);

    g_assert_true(g_str_has_prefix(missing, "warning HookMissing libvirt's hook: "));
    g_assert_true(g_str_has_prefix(dull, "warning HookNotExecutable libvirt's hook: "));
    g_assert_nonnull(strstr(dull, " -> chmod 755 " FIRN_LIBVIRT_HOOK_FILE));
    g_assert_true(g_str_has_prefix(unseen, "warning HookUnseen libvirt's hook: "));
    g_assert_nonnull(strstr(unseen, " -> systemctl restart libvirtd"));
    g_assert_true(g_str_has_prefix(unknown, "ok Hook libvirt's hook: "));
    g_assert_true(g_str_has_prefix(active, "ok Hook libvirt's hook: "));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/libvirt-findings/reached", test_reached);
    g_test_add_func("/service/libvirt-findings/away", test_away);
    g_test_add_func("/service/libvirt-findings/hook", test_hook);
    return g_test_run();
}
