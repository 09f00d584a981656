/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "findings-look.h"

#include "diagnosis.h"
#include "finding-words.h"

/* A check that hangs until the test ends it. */
typedef struct {
    GMutex mutex;
    GCond cond;
    gboolean is_released;
} Gate;

static Gate gate;

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(FirnFindings **)user_data = firn_findings_look_finish(result);
}

static char *
look(FirnFindingsFunc func)
{
    g_autoptr(FirnFindings) findings = NULL;

    firn_findings_look_async("libvirt", func, NULL, g_free, on_looked, &findings);
    while (findings == NULL)
        g_main_context_iteration(NULL, TRUE);
    return firn_test_finding_words(findings);
}

static void
find_one(FirnFindings *findings, gpointer data, GCancellable *hurry)
{
    firn_findings_say(findings, "A", "first", "found");
}

static void
hang(FirnFindings *findings, gpointer data, GCancellable *hurry)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&gate.mutex);

    while (!gate.is_released)
        g_cond_wait(&gate.cond, &gate.mutex);
}

static void
close_gate(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&gate.mutex);

    gate.is_released = FALSE;
}

static void
release(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&gate.mutex);

    gate.is_released = TRUE;
    g_cond_broadcast(&gate.cond);
}

static void
on_hurry(GCancellable *hurry, gpointer data)
{
    release();
}

/* Like a check that waits for a reply with a cancellable. */
static void
find_until_hurried(FirnFindings *findings, gpointer data, GCancellable *hurry)
{
    gulong id = g_cancellable_connect(hurry, G_CALLBACK(on_hurry), NULL, NULL);

    hang(findings, data, hurry);
    g_cancellable_disconnect(hurry, id);
    firn_findings_say(findings, "A", "first", "found in time");
}

static void
test_found(void)
{
    g_autofree char *words = look(find_one);

    g_assert_cmpstr(words, ==, "ok A first: found\n");
}

static void
test_hurried(void)
{
    g_autofree char *words = NULL;

    close_gate();
    words = look(find_until_hurried);
    g_assert_cmpstr(words, ==, "ok A first: found in time\n");
}

static void
test_hangs(void)
{
    g_autofree char *words = NULL;

    close_gate();
    words = look(hang);
    release();
    g_assert_cmpstr(words,
                    ==,
                    "error NoAnswer libvirt: did not answer within 5 s -> check whether it hangs, "
                    "and try again\n");
}

static void
on_diagnosed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GVariant **)user_data = firn_diagnosis_finish(result);
}

static void
find_other(FirnFindings *findings, gpointer data, GCancellable *hurry)
{
    firn_findings_say(findings, "C", "third", "found");
}

/* A check that hangs affects neither the results nor the order of the others. */
static void
test_side_by_side(void)
{
    g_autoptr(GVariant) list = NULL;
    FirnDiagnosis *diagnosis = firn_diagnosis_new(on_diagnosed, &list);
    g_autofree char *text = NULL;

    close_gate();
    firn_diagnosis_look(diagnosis, "one", find_one, NULL, g_free);
    firn_diagnosis_look(diagnosis, "two", hang, NULL, g_free);
    firn_diagnosis_look(diagnosis, "three", find_other, NULL, g_free);
    firn_findings_say(firn_diagnosis_get_findings(diagnosis), "Z", "zeroth", "known");
    firn_diagnosis_end(diagnosis);
    while (list == NULL)
        g_main_context_iteration(NULL, TRUE);
    release();
    text = g_variant_print(list, FALSE);
    g_assert_cmpstr(text,
                    ==,
                    "[('Z', 'ok', 'zeroth', 'known', ''), ('A', 'ok', 'first', 'found', ''), "
                    "('NoAnswer', 'error', 'two', 'did not answer within 5 s', 'check whether it "
                    "hangs, and try again'), ('C', 'ok', 'third', 'found', '')]");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/findings-look/found", test_found);
    g_test_add_func("/service/findings-look/hurried", test_hurried);
    g_test_add_func("/service/findings-look/hangs", test_hangs);
    g_test_add_func("/service/findings-look/side-by-side", test_side_by_side);
    return g_test_run();
}
