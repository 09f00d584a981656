/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-findings.h"

#include <string.h>

#include "host-error.h"

static FirnEvidence *
make_evidence(void)
{
    FirnEvidence *evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);

    firn_evidence_add_file_system(evidence, "/", "ext4", "vda1");
    firn_evidence_add_file_system(evidence, "/boot/efi", "vfat", "vda2");
    evidence->expected = 1;
    evidence->frozen = 1;
    evidence->thawed = 1;
    evidence->freeze_sent_us = 1000000;
    evidence->frozen_us = 1080000;
    evidence->thawed_us = 1106000;
    return evidence;
}

/* "word severity subject: message" of each, one a line. */
static char *
describe(const FirnEvidence *evidence, const GError *flaw)
{
    g_autoptr(FirnFindings) findings = firn_findings_new();
    g_autoptr(GVariant) list = NULL;
    GString *text = g_string_new(NULL);
    GVariantIter iter;
    const char *word, *severity, *subject, *message;

    firn_freeze_findings_add(findings, evidence, flaw);
    list = firn_findings_to_variant(findings);
    g_variant_iter_init(&iter, list);
    while (g_variant_iter_next(&iter, "(&s&s&s&ss)", &word, &severity, &subject, &message, NULL))
        g_string_append_printf(text, "%s %s %s: %s\n", word, severity, subject, message);
    return g_string_free(text, FALSE);
}

static void
test_good(void)
{
    g_autoptr(FirnEvidence) evidence = make_evidence();
    g_autofree char *text = describe(evidence, NULL);

    g_assert_cmpstr(text,
                    ==,
                    "Freeze ok freeze: 1 of 1 file systems: / (ext4)\n"
                    "Thaw ok thaw: 1 file systems, 106 ms after the freeze was sent\n"
                    "Hooks ok hooks: the agent reports no failed hook\n"
                    "LeftOut ok excluded: /boot/efi (vfat): of a type that Linux cannot freeze\n");
}

static void
test_denied(void)
{
    g_autoptr(FirnEvidence) evidence = make_evidence();
    g_autofree char *text = NULL;

    evidence->freeze_error = g_strdup("failed to open /: Permission denied");
    text = describe(evidence, NULL);
    g_assert_true(g_str_has_prefix(
        text,
        "GuestPermission error freeze of /: failed to open /: Permission denied\nLeftOut "));
}

static void
test_refused(void)
{
    g_autoptr(FirnEvidence) evidence = make_evidence();
    g_autofree char *text = NULL;

    evidence->freeze_error = g_strdup("the guest froze 0 of 1 file systems");
    text = describe(evidence, NULL);
    g_assert_true(g_str_has_prefix(text, "FreezeFailed error freeze: the guest froze 0 of 1"));
}

static void
test_thaw_hook(void)
{
    g_autoptr(FirnEvidence) evidence = make_evidence();
    g_autoptr(GError) flaw =
        g_error_new(FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED, "the agent complained");
    g_autofree char *text = NULL;

    evidence->thaw_error = g_strdup("fsfreeze hook has failed with status 1");
    text = describe(evidence, flaw);
    g_assert_nonnull(strstr(text, "HookFailed error hooks: fsfreeze hook has failed"));
    g_assert_null(strstr(text, "WindowBroken"));
}

static void
test_broken(void)
{
    g_autoptr(FirnEvidence) evidence = make_evidence();
    g_autoptr(GError) flaw =
        g_error_new(FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_EXPIRED, "broken by RESET");
    g_autofree char *text = describe(evidence, flaw);

    g_assert_nonnull(strstr(text, "WindowBroken error window: broken by RESET\n"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/freeze-findings/good", test_good);
    g_test_add_func("/job/freeze-findings/denied", test_denied);
    g_test_add_func("/job/freeze-findings/refused", test_refused);
    g_test_add_func("/job/freeze-findings/thaw-hook", test_thaw_hook);
    g_test_add_func("/job/freeze-findings/broken", test_broken);
    return g_test_run();
}
