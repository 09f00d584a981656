/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failed-job.h"

#include <string.h>

#include "engine-error.h"
#include "error-word.h"

static FirnFailedJob *
make(void)
{
    FirnFailedJob *job = g_new0(FirnFailedJob, 1);

    job->id = 7;
    job->operation = g_strdup("create");
    job->vm_uuid = g_uuid_string_random();
    job->started_by = 1000;
    job->started_us = 100;
    job->finished_us = 200;
    job->phase = g_strdup("thaw");
    job->error_word = g_strdup("FreezeFailed");
    job->error_message = g_strdup("a hook has failed");
    job->evidence = firn_evidence_new(FIRN_QUIESCE_TRY);
    firn_evidence_indicate(job->evidence, "QuiesceFailed");
    job->evidence->freeze_error = g_strdup("fsfreeze hook has failed with status 1");
    job->boot_id = g_strdup("a");
    job->until_us = 300;
    return job;
}

static void
test_comes_back(void)
{
    g_autoptr(FirnFailedJob) job = make();
    g_autofree char *text = firn_failed_job_to_text(job);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnFailedJob) back = firn_failed_job_parse(text, strlen(text), &error);
    g_autofree char *again = NULL;

    g_assert_no_error(error);
    again = firn_failed_job_to_text(back);
    g_assert_cmpstr(again, ==, text);
    g_assert_cmpuint(back->id, ==, 7);
    g_assert_cmpstr(back->evidence->freeze_error, ==, "fsfreeze hook has failed with status 1");
}

/* A guest can report any number of file systems. */
static void
test_many_file_systems(void)
{
    g_autoptr(FirnFailedJob) job = make();
    g_autofree char *text = NULL;
    g_autoptr(FirnFailedJob) back = NULL;

    for (guint i = 0; i < 2000; i++)
        firn_evidence_add_file_system(job->evidence, "/a/long/way/down", "ext4", "vda");
    text = firn_failed_job_to_text(job);
    g_assert_cmpuint(strlen(text), <=, FIRN_FAILED_JOB_BYTES_MAX);
    back = firn_failed_job_parse(text, strlen(text), NULL);
    g_assert_nonnull(back);
    g_assert_cmpuint(back->evidence->file_systems->len, ==, 0);
    g_assert_cmpstr(back->evidence->freeze_error, ==, job->evidence->freeze_error);
}

static void
test_many_interruptions(void)
{
    g_autoptr(FirnFailedJob) job = make();
    g_autofree char *text = NULL;
    g_autoptr(FirnFailedJob) back = NULL;

    for (guint i = 0; i < 10000; i++)
        g_ptr_array_add(job->evidence->interruptions, g_strdup("a migration"));
    text = firn_failed_job_to_text(job);
    g_assert_cmpuint(strlen(text), <=, FIRN_FAILED_JOB_BYTES_MAX);
    back = firn_failed_job_parse(text, strlen(text), NULL);
    g_assert_nonnull(back);
    g_assert_true(firn_evidence_has(back->evidence, "QuiesceFailed"));
}

static void
assert_refused(const char *from, const char *to)
{
    g_autoptr(FirnFailedJob) job = make();
    g_autofree char *text = firn_failed_job_to_text(job);
    g_autoptr(GString) changed = g_string_new(text);
    g_autoptr(GError) error = NULL;

    g_assert_cmpuint(g_string_replace(changed, from, to, 1), ==, 1);
    g_assert_null(firn_failed_job_parse(changed->str, changed->len, &error));
    g_assert_nonnull(error);
}

static void
test_damaged(void)
{
    assert_refused("\"format\" : 1", "\"format\" : 2");
    assert_refused("\"id\" : 7", "\"id\" : 0");
    assert_refused("\"phase\"", "\"faze\"");
    assert_refused("\"until_us\" : 300", "\"until_us\" : -300");
    assert_refused("\"evidence\" : {", "\"evidence\" : {\"more\" : 1,");
    assert_refused("{", "[");
}

/* Words of any version are kept. */
static void
test_words(void)
{
    const char *const *words = firn_error_word_list();
    g_autoptr(GError) unknown = firn_error_word_make("NobodyKnows", "why");

    for (guint i = 0; words[i] != NULL; i++) {
        g_autoptr(GError) error = firn_error_word_make(words[i], "why");

        g_assert_cmpstr(firn_error_word_of(error), ==, words[i]);
        g_assert_cmpstr(error->message, ==, "why");
    }
    g_assert_cmpstr(firn_error_word_of(unknown), ==, "Failed");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/failed-job/comes-back", test_comes_back);
    g_test_add_func("/job/failed-job/bounded/file-systems", test_many_file_systems);
    g_test_add_func("/job/failed-job/bounded/interruptions", test_many_interruptions);
    g_test_add_func("/job/failed-job/damage-is-refused", test_damaged);
    g_test_add_func("/job/failed-job/error-words-come-back", test_words);
    return g_test_run();
}
