/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-source.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "loop-thread.h"
#include "scratch-dir.h"
#include "vm.h"

#define PATIENCE_US (10 * G_USEC_PER_SEC)
#define UUID_1      "00000000-0000-4000-8000-000000000001"
#define UUID_2      "00000000-0000-4000-8000-000000000002"

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestScratchDir *dir;
    char *machines; /* folder of the machine files */
    FirnVmSource *source;
    GAsyncQueue *news; /* (element-type utf8) "+name" and "-name" */
    guint busy_job;
    FirnVm *vm; /* (owned) (nullable) the last VM added */
    guint n_problems;
} Fixture;

static void
write_file(Fixture *fixture, const char *name, const char *uuid, const char *agent)
{
    g_autofree char *path = g_build_filename(fixture->machines, name, NULL);
    g_autofree char *text =
        g_strdup_printf("[machine]\nuuid=%s\nqmp=/nonexistent/q\nagent=%s\n", uuid, agent);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
on_added(FirnVmSource *source, FirnVm *vm, gpointer data)
{
    Fixture *fixture = data;

    g_set_object(&fixture->vm, vm);
    g_async_queue_push(fixture->news, g_strconcat("+", firn_vm_get_name(vm), NULL));
}

static void
on_removed(FirnVmSource *source, FirnVm *vm, gpointer data)
{
    Fixture *fixture = data;

    g_async_queue_push(fixture->news, g_strconcat("-", firn_vm_get_name(vm), NULL));
}

static void
start(gpointer data)
{
    Fixture *fixture = data;
    const FirnPolicy profile = {.max_snapshots = 3};

    g_autoptr(FirnCatalogueStore) store =
        firn_catalogue_store_new(firn_test_scratch_dir_get_path(fixture->dir), &profile);

    fixture->source = firn_direct_source_new(fixture->machines, store);
    g_signal_connect(fixture->source, "vm-added", G_CALLBACK(on_added), fixture);
    g_signal_connect(fixture->source, "vm-removed", G_CALLBACK(on_removed), fixture);
    firn_vm_source_start(fixture->source);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->machines =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "machines.d", NULL);
    fixture->news = g_async_queue_new_full(g_free);
    g_assert_no_errno(g_mkdir(fixture->machines, 0755));
}

static void
let_go(gpointer data)
{
    Fixture *fixture = data;

    g_clear_object(&fixture->vm);
    g_clear_object(&fixture->source);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(let_go, fixture);
    firn_test_loop_thread_stop(fixture->loop);
    firn_test_scratch_dir_free(fixture->dir);
    g_async_queue_unref(fixture->news);
    g_free(fixture->machines);
}

static void
assert_news(Fixture *fixture, const char *expected)
{
    g_autofree char *news = g_async_queue_timeout_pop(fixture->news, PATIENCE_US);

    g_assert_cmpstr(news, ==, expected);
}

static void
count_problems(gpointer data)
{
    Fixture *fixture = data;

    fixture->n_problems = firn_vm_source_get_problems(fixture->source)->len;
}

static void
assert_problems(Fixture *fixture, guint expected)
{
    firn_test_loop_thread_call(count_problems, fixture);
    g_assert_cmpuint(fixture->n_problems, ==, expected);
}

static void
set_job(gpointer data)
{
    Fixture *fixture = data;

    firn_vm_set_job(fixture->vm, fixture->busy_job);
}

static void
test_at_start(Fixture *fixture, gconstpointer data)
{
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    write_file(fixture, "web2.conf.bak", UUID_2, "/run/a");
    write_file(fixture, ".web3.conf", UUID_2, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    g_assert_cmpint(g_async_queue_length(fixture->news), ==, 0);
    assert_problems(fixture, 0);
}

static void
test_added_changed_removed(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->machines, "web1.conf", NULL);

    firn_test_loop_thread_call(start, fixture);
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    assert_news(fixture, "+web1");
    write_file(fixture, "web1.conf", UUID_1, "/run/b");
    assert_news(fixture, "-web1");
    assert_news(fixture, "+web1");
    g_assert_no_errno(g_unlink(path));
    assert_news(fixture, "-web1");
}

/* A user of the removed VM's catalogue changes the same object as a user of the new VM's. */
static void
test_same_catalogue(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->machines, "web1.conf", NULL);
    g_autoptr(FirnCatalogue) catalogue = NULL;

    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    catalogue = g_object_ref(firn_vm_get_catalogue(fixture->vm));
    write_file(fixture, "web1.conf", UUID_1, "/run/b");
    assert_news(fixture, "-web1");
    assert_news(fixture, "+web1");
    g_assert_true(firn_vm_get_catalogue(fixture->vm) == catalogue);
    g_assert_no_errno(g_unlink(path));
    assert_news(fixture, "-web1");
    write_file(fixture, "web1.conf", UUID_1, "/run/b");
    assert_news(fixture, "+web1");
    g_assert_true(firn_vm_get_catalogue(fixture->vm) == catalogue);
}

/* A damaged catalogue accepts no changes; it is read again, in case it was repaired. */
static void
test_damaged_catalogue(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), UUID_1 ".json", NULL);

    g_assert_true(g_file_set_contents(path, "?", -1, NULL));
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    g_assert_nonnull(firn_catalogue_get_damage(firn_vm_get_catalogue(fixture->vm)));
    g_assert_no_errno(g_unlink(path));
    write_file(fixture, "web1.conf", UUID_1, "/run/b");
    assert_news(fixture, "-web1");
    assert_news(fixture, "+web1");
    g_assert_null(firn_catalogue_get_damage(firn_vm_get_catalogue(fixture->vm)));
}

/* Writing the same content is no change. */
static void
test_same_again(Fixture *fixture, gconstpointer data)
{
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    write_file(fixture, "web2.conf", UUID_2, "/run/a");
    assert_news(fixture, "+web2");
}

static void
test_same_uuid(Fixture *fixture, gconstpointer data)
{
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    write_file(fixture, "copy.conf", UUID_1, "/run/a");
    write_file(fixture, "web2.conf", UUID_2, "/run/a");
    assert_news(fixture, "+web2");
    assert_problems(fixture, 1);
    /* The file is correct again. */
    write_file(fixture, "copy.conf", "00000000-0000-4000-8000-000000000003", "/run/a");
    assert_news(fixture, "+copy");
    assert_problems(fixture, 0);
}

static void
test_unreadable(Fixture *fixture, gconstpointer data)
{
    write_file(fixture, "bad.conf", "7", "/run/a");
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    assert_problems(fixture, 1);
}

/* firnd runs the command in such a file as root. */
static void
test_writable_by_others(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->machines, "web1.conf", NULL);

    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    write_file(fixture, "web2.conf", UUID_2, "/run/a");
    g_assert_no_errno(chmod(path, 0666));
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web2");
    assert_problems(fixture, 1);
    /* The file is correct again. */
    g_assert_no_errno(chmod(path, 0644));
    assert_news(fixture, "+web1");
    assert_problems(fixture, 0);
}

/* A machine file that becomes invalid does not remove its VM. */
static void
test_broken_later(Fixture *fixture, gconstpointer data)
{
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    write_file(fixture, "web1.conf", "7", "/run/a");
    write_file(fixture, "web2.conf", UUID_2, "/run/a");
    assert_news(fixture, "+web2");
    assert_problems(fixture, 1);
}

static void
test_busy(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->machines, "web1.conf", NULL);
    g_autoptr(FirnVm) busy = NULL;

    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    busy = g_object_ref(fixture->vm);
    fixture->busy_job = 7;
    firn_test_loop_thread_call(set_job, fixture);
    g_assert_no_errno(g_unlink(path));
    write_file(fixture, "web2.conf", UUID_2, "/run/a");
    assert_news(fixture, "+web2");
    g_set_object(&fixture->vm, busy);
    fixture->busy_job = 0;
    firn_test_loop_thread_call(set_job, fixture);
    assert_news(fixture, "-web1");
}

/* Reading a FIFO would wait for its writer. */
static void
test_fifo(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->machines, "slow.conf", NULL);

    g_assert_no_errno(mkfifo(path, 0600));
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "+web1");
    assert_problems(fixture, 1);
}

static void
test_no_folder(Fixture *fixture, gconstpointer data)
{
    g_autofree char *later = g_strconcat(fixture->machines, ".new", NULL);

    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    g_assert_no_errno(g_rename(fixture->machines, later));
    firn_test_loop_thread_call(start, fixture);
    assert_problems(fixture, 0);
    g_assert_no_errno(g_rename(later, fixture->machines));
    assert_news(fixture, "+web1");
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

static void
on_looked(FirnVmSource *source, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strdup("looked"));
}

/* No event can arrive meanwhile. */
static void
define_and_look(gpointer data)
{
    Fixture *fixture = data;

    g_signal_connect(fixture->source, "looked", G_CALLBACK(on_looked), fixture);
    write_file(fixture, "web1.conf", UUID_1, "/run/a");
    firn_vm_source_look(fixture->source);
    write_file(fixture, "web2.conf", UUID_2, "/run/b");
    firn_vm_source_look(fixture->source);
}

/* It has begun to read before the last file came. */
static void
test_look(Fixture *fixture, gconstpointer data)
{
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    firn_test_loop_thread_call(start, fixture);
    firn_test_loop_thread_call(define_and_look, fixture);
    first = g_async_queue_timeout_pop(fixture->news, PATIENCE_US);
    second = g_async_queue_timeout_pop(fixture->news, PATIENCE_US);
    g_assert_cmpstr(first, !=, "looked");
    g_assert_cmpstr(second, !=, "looked");
    assert_news(fixture, "looked");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/vm/direct-source/files-at-the-start", test_at_start);
    add("/vm/direct-source/added-changed-removed", test_added_changed_removed);
    add("/vm/direct-source/keeps-its-catalogue", test_same_catalogue);
    add("/vm/direct-source/damaged-catalogue-is-read-again", test_damaged_catalogue);
    add("/vm/direct-source/same-words-again", test_same_again);
    add("/vm/direct-source/same-uuid-twice", test_same_uuid);
    add("/vm/direct-source/unreadable-file", test_unreadable);
    add("/vm/direct-source/writable-by-others", test_writable_by_others);
    add("/vm/direct-source/broken-by-an-edit", test_broken_later);
    add("/vm/direct-source/busy-vm-stays-until-its-job-ends", test_busy);
    add("/vm/direct-source/fifo", test_fifo);
    add("/vm/direct-source/folder-comes-later", test_no_folder);
    add("/vm/direct-source/look", test_look);
    return g_test_run();
}
