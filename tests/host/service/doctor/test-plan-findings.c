/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan-findings.h"

#include <string.h>

#include "finding-words.h"
#include "scratch-dir.h"

static char *
describe(const char *state, const char *monitor_path)
{
    g_autoptr(FirnFindings) findings = firn_findings_new();
    g_autoptr(GVariant) plan = NULL;
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "state", "s", state);
    plan = g_variant_ref_sink(g_variant_dict_end(&dict));
    firn_plan_findings_add(findings, plan, monitor_path);
    return firn_test_finding_words(findings);
}

static void
test_domain_off(void)
{
    g_autofree char *words = describe("off", NULL);

    g_assert_nonnull(strstr(words, "ok Monitor monitor: the VM is off: no QEMU runs\n"));
}

/* A wrong qmp= looks like a VM that is off, so the finding names the socket. */
static void
test_nobody_listens(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    g_autofree char *path = g_build_filename(firn_test_scratch_dir_get_path(dir), "qmp", NULL);
    g_autofree char *expected =
        g_strdup_printf("ok Monitor monitor: no process listens on %s, so the VM is off\n", path);
    g_autofree char *words = describe("off", path);

    g_assert_nonnull(strstr(words, expected));
}

static void
test_folder_missing(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    g_autofree char *path = g_build_filename(firn_test_scratch_dir_get_path(dir), "no", "q", NULL);
    g_autofree char *words = describe("off", path);

    g_assert_true(g_str_has_prefix(words, "warning MonitorFolderMissing monitor: "));
    g_assert_nonnull(strstr(words, path));
    g_assert_nonnull(strstr(words, " -> "));
    g_assert_null(strstr(words, "ok Monitor"));
}

static void
test_running(void)
{
    g_autofree char *words = describe("running", "/run/nowhere/qmp");

    g_assert_nonnull(strstr(words, "ok Monitor monitor: answers\n"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/plan-findings/monitor/domain-is-off", test_domain_off);
    g_test_add_func("/service/plan-findings/monitor/nobody-listens", test_nobody_listens);
    g_test_add_func("/service/plan-findings/monitor/no-such-folder", test_folder_missing);
    g_test_add_func("/service/plan-findings/monitor/vm-runs", test_running);
    return g_test_run();
}
