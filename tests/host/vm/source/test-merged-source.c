/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merged-source.h"

#include <glib/gstdio.h>
#include <string.h>

#include "direct-source.h"
#include "loop-thread.h"
#include "scratch-dir.h"

#define PATIENCE_US (10 * G_USEC_PER_SEC)
#define UUID_1      "00000000-0000-4000-8000-000000000001"
#define UUID_2      "00000000-0000-4000-8000-000000000002"

/* Two folders of machine files, merged. */
typedef struct {
    FirnTestLoopThread *loop;
    FirnTestScratchDir *dir;
    char *folders[2];
    FirnVmSource *joined;
    GAsyncQueue *news; /* (element-type utf8) "+name", "-name", "found" */
    char *problem;     /* (owned) (nullable) the first one */
} Fixture;

static void
on_added(FirnVmSource *source, FirnVm *vm, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strconcat("+", firn_vm_get_name(vm), NULL));
}

static void
on_removed(FirnVmSource *source, FirnVm *vm, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strconcat("-", firn_vm_get_name(vm), NULL));
}

static void
on_found(FirnVmSource *source, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strdup("found"));
}

static void
start(gpointer data)
{
    Fixture *fixture = data;
    const FirnPolicy profile = {.max_snapshots = 3};
    g_autoptr(FirnCatalogueStore) store =
        firn_catalogue_store_new(firn_test_scratch_dir_get_path(fixture->dir), &profile);

    fixture->joined = FIRN_VM_SOURCE(firn_merged_source_new());
    for (guint i = 0; i < 2; i++) {
        g_autoptr(FirnVmSource) source = firn_direct_source_new(fixture->folders[i], store);

        firn_merged_source_add(FIRN_MERGED_SOURCE(fixture->joined), source);
    }
    g_signal_connect(fixture->joined, "vm-added", G_CALLBACK(on_added), fixture);
    g_signal_connect(fixture->joined, "vm-removed", G_CALLBACK(on_removed), fixture);
    g_signal_connect(fixture->joined, "found", G_CALLBACK(on_found), fixture);
    firn_vm_source_start(fixture->joined);
}

static void
assert_news(Fixture *fixture, const char *expected)
{
    g_autofree char *news = g_async_queue_timeout_pop(fixture->news, PATIENCE_US);

    g_assert_cmpstr(news, ==, expected);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->news = g_async_queue_new_full(g_free);
    for (guint i = 0; i < 2; i++) {
        fixture->folders[i] =
            g_strdup_printf("%s/%u", firn_test_scratch_dir_get_path(fixture->dir), i);
        g_assert_no_errno(g_mkdir(fixture->folders[i], 0755));
    }
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "found");
}

static void
let_go(gpointer data)
{
    g_clear_object(&((Fixture *)data)->joined);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(let_go, fixture);
    firn_test_loop_thread_stop(fixture->loop);
    firn_test_scratch_dir_free(fixture->dir);
    g_async_queue_unref(fixture->news);
    g_free(fixture->problem);
    for (guint i = 0; i < 2; i++)
        g_free(fixture->folders[i]);
}

static char *
path_of(Fixture *fixture, guint folder, const char *name)
{
    return g_strdup_printf("%s/%s.conf", fixture->folders[folder], name);
}

static void
write_file(Fixture *fixture, guint folder, const char *name, const char *uuid)
{
    g_autofree char *path = path_of(fixture, folder, name);
    g_autofree char *text = g_strdup_printf("[machine]\nuuid=%s\nqmp=/nonexistent/q\n", uuid);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
remove_file(Fixture *fixture, guint folder, const char *name)
{
    g_autofree char *path = path_of(fixture, folder, name);

    g_assert_no_errno(g_unlink(path));
}

static void
read_problem(gpointer data)
{
    Fixture *fixture = data;
    GPtrArray *problems = firn_vm_source_get_problems(fixture->joined);

    g_free(fixture->problem);
    fixture->problem = problems->len == 0 ? NULL : g_strdup(problems->pdata[0]);
}

static void
wait_problem(Fixture *fixture)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    do {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(10000);
        firn_test_loop_thread_call(read_problem, fixture);
    } while (fixture->problem == NULL);
}

static void
test_both(Fixture *fixture, gconstpointer data)
{
    write_file(fixture, 0, "web1", UUID_1);
    assert_news(fixture, "+web1");
    write_file(fixture, 1, "web2", UUID_2);
    assert_news(fixture, "+web2");
    remove_file(fixture, 0, "web1");
    assert_news(fixture, "-web1");
}

static void
test_same_uuid(Fixture *fixture, gconstpointer data)
{
    write_file(fixture, 0, "web1", UUID_1);
    assert_news(fixture, "+web1");
    g_test_expect_message("firn-vm", G_LOG_LEVEL_WARNING, "*web2*the same UUID as web1*");
    write_file(fixture, 1, "web2", UUID_1);
    wait_problem(fixture);
    g_test_assert_expected_messages();
    g_assert_nonnull(strstr(fixture->problem, "the same UUID as web1 (direct)"));
    /* The hidden VM is shown now. */
    remove_file(fixture, 0, "web1");
    assert_news(fixture, "-web1");
    assert_news(fixture, "+web2");
    firn_test_loop_thread_call(read_problem, fixture);
    g_assert_null(fixture->problem);
}

static void
on_looked(FirnVmSource *source, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strdup("looked"));
}

static void
define_and_look(gpointer data)
{
    Fixture *fixture = data;

    g_signal_connect(fixture->joined, "looked", G_CALLBACK(on_looked), fixture);
    write_file(fixture, 0, "web1", UUID_1);
    write_file(fixture, 1, "web2", UUID_2);
    firn_vm_source_look(fixture->joined);
}

/* The last of its sources ends the look. */
static void
test_look(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(define_and_look, fixture);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *news = g_async_queue_timeout_pop(fixture->news, PATIENCE_US);

        g_assert_cmpstr(news, !=, "looked");
    }
    assert_news(fixture, "looked");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/vm/joined-sources/both", Fixture, NULL, set_up, test_both, tear_down);
    g_test_add("/vm/joined-sources/same-uuid", Fixture, NULL, set_up, test_same_uuid, tear_down);
    g_test_add("/vm/joined-sources/look", Fixture, NULL, set_up, test_look, tear_down);
    return g_test_run();
}
