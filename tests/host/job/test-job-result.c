/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-result.h"

#include <string.h>

static void
test_values(void)
{
    FirnJobResult result;
    g_autoptr(GVariant) first = NULL;
    g_autoptr(GVariant) second = NULL;
    const char *name;

    firn_job_result_init(&result);
    firn_job_result_set(&result, "name", g_variant_new_string("s1"));
    first = firn_job_result_dup(&result);
    firn_job_result_set(&result, "name", g_variant_new_string("s2"));
    second = firn_job_result_dup(&result);
    g_assert_true(g_variant_lookup(first, "name", "&s", &name));
    g_assert_cmpstr(name, ==, "s1");
    g_assert_true(g_variant_lookup(second, "name", "&s", &name));
    g_assert_cmpstr(name, ==, "s2");
    firn_job_result_clear(&result);
}

/* The later evidence replaces the earlier one. */
static void
test_evidence(void)
{
    FirnJobResult result;
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    g_autoptr(GVariant) shown = NULL;
    g_auto(GStrv) indications = NULL;
    const char *text;

    firn_job_result_init(&result);
    firn_job_result_set_evidence(&result, evidence);
    firn_evidence_indicate(evidence, "GuestAgent");
    firn_job_result_set_evidence(&result, evidence);
    shown = firn_job_result_dup(&result);
    g_assert_true(g_variant_lookup(shown, "indications", "^as", &indications));
    g_assert_cmpuint(g_strv_length(indications), ==, 1);
    g_assert_true(g_variant_lookup(shown, "evidence", "&s", &text));
    g_assert_nonnull(strstr(text, "GuestAgent"));
    g_assert_true(result.evidence != evidence);
    firn_job_result_clear(&result);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/job-result/values", test_values);
    g_test_add_func("/job/job-result/evidence", test_evidence);
    return g_test_run();
}
