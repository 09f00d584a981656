/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "orphan-source.h"

#include <glib/gstdio.h>

#include "catalogue-change.h"
#include "direct-source.h"
#include "loop-thread.h"
#include "scratch-dir.h"

#define PATIENCE_US (10 * G_USEC_PER_SEC)
#define UUID_1      "00000000-0000-4000-8000-000000000001"
#define UUID_2      "00000000-0000-4000-8000-000000000002"

/* A source that finds nothing and never becomes complete: a libvirt that does not respond. */
#define FAKE_TYPE_SILENT (fake_silent_get_type())
G_DECLARE_FINAL_TYPE(FakeSilent, fake_silent, FAKE, SILENT, GObject)

struct _FakeSilent {
    GObject parent_instance;
};

static void
fake_silent_vm_source_init(FirnVmSourceInterface *iface)
{
    iface->start = firn_vm_source_emit_found;
    iface->look = firn_vm_source_emit_looked;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(FakeSilent,
                              fake_silent,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_VM_SOURCE,
                                                    fake_silent_vm_source_init))

static void
fake_silent_init(FakeSilent *self)
{
}

static void
fake_silent_class_init(FakeSilentClass *klass)
{
}

/* A folder of machine files, and one of catalogues: "old" (UUID_1) has a snapshot, UUID_2 has
 * none. */
typedef struct {
    FirnTestLoopThread *loop;
    FirnTestScratchDir *dir;
    char *folder; /* (owned) of machine files */
    gboolean is_silent;
    FirnVmSource *source;
    FirnVm *vm;               /* (owned) (nullable) the last VM added */
    FirnCatalogue *catalogue; /* (unowned) of @vm */
    GAsyncQueue *news;        /* (element-type utf8) "+name source", "-name source", "found" */
    guint job;
} Fixture;

static void
tell(Fixture *fixture, const char *sign, FirnVm *vm)
{
    g_async_queue_push(fixture->news,
                       g_strconcat(sign, firn_vm_get_name(vm), " ", firn_vm_get_source(vm), NULL));
}

static void
on_added(FirnVmSource *source, FirnVm *vm, gpointer data)
{
    g_set_object(&((Fixture *)data)->vm, vm);
    tell(data, "+", vm);
}

static void
on_removed(FirnVmSource *source, FirnVm *vm, gpointer data)
{
    tell(data, "-", vm);
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
    g_autoptr(FirnVmSource) defined = fixture->is_silent
                                          ? g_object_new(FAKE_TYPE_SILENT, NULL)
                                          : firn_direct_source_new(fixture->folder, store);

    fixture->source = firn_orphan_source_new(defined, store);
    g_signal_connect(fixture->source, "vm-added", G_CALLBACK(on_added), fixture);
    g_signal_connect(fixture->source, "vm-removed", G_CALLBACK(on_removed), fixture);
    g_signal_connect(fixture->source, "found", G_CALLBACK(on_found), fixture);
    firn_vm_source_start(fixture->source);
}

static void
assert_news(Fixture *fixture, const char *expected)
{
    g_autofree char *news = g_async_queue_timeout_pop(fixture->news, PATIENCE_US);

    g_assert_cmpstr(news, ==, expected);
}

static void
write_catalogue(Fixture *fixture, const char *uuid, const char *name, gboolean has_snapshot)
{
    const FirnPolicy profile = {.max_snapshots = 3};
    g_autoptr(FirnCatalogue) catalogue =
        firn_catalogue_open(firn_test_scratch_dir_get_path(fixture->dir), uuid, name, &profile);
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new("s1", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(GError) error = NULL;

    snapshot->created_us = 1;
    firn_snapshot_add_disk(snapshot, "vda", "qcow2", "/nonexistent/a.qcow2", 1024);
    if (has_snapshot)
        FIRN_TEST_CHANGE(catalogue, &error, add, snapshot);
    else
        FIRN_TEST_SET(catalogue, &error, change->policy = profile);
    g_assert_no_error(error);
}

static void
write_machine(Fixture *fixture)
{
    g_autofree char *path = g_build_filename(fixture->folder, "web1.conf", NULL);
    const char *text = "[machine]\nuuid=" UUID_1 "\nqmp=/nonexistent/q\n";

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
remove_machine(Fixture *fixture)
{
    g_autofree char *path = g_build_filename(fixture->folder, "web1.conf", NULL);

    g_assert_no_errno(g_unlink(path));
}

static void
set_up(Fixture *fixture, gconstpointer is_silent)
{
    fixture->is_silent = is_silent != NULL;
    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->news = g_async_queue_new_full(g_free);
    fixture->folder =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "machines.d", NULL);
    g_assert_no_errno(g_mkdir(fixture->folder, 0755));
    write_catalogue(fixture, UUID_1, "old", TRUE);
    write_catalogue(fixture, UUID_2, "empty", FALSE);
    firn_test_loop_thread_call(start, fixture);
    assert_news(fixture, "found");
}

static void
let_go(gpointer data)
{
    g_clear_object(&((Fixture *)data)->vm);
    g_clear_object(&((Fixture *)data)->source);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    firn_test_loop_thread_call(let_go, fixture);
    firn_test_loop_thread_stop(fixture->loop);
    firn_test_scratch_dir_free(fixture->dir);
    g_assert_null(g_async_queue_try_pop(fixture->news));
    g_async_queue_unref(fixture->news);
    g_free(fixture->folder);
}

static void
set_job(gpointer data)
{
    Fixture *fixture = data;

    firn_vm_set_job(fixture->vm, fixture->job);
}

static void
test_left_over(Fixture *fixture, gconstpointer unused)
{
    assert_news(fixture, "+old none");
    g_assert_cmpint(firn_vm_get_state(fixture->vm), ==, FIRN_VM_STATE_ORPHANED);
    g_assert_cmpstr(firn_vm_get_uuid(fixture->vm), ==, UUID_1);
    g_assert_cmpuint(firn_catalogue_count(firn_vm_get_catalogue(fixture->vm)), ==, 1);
}

/* On the main loop, where the VM changes. */
static void
read_catalogue(gpointer data)
{
    Fixture *fixture = data;

    fixture->catalogue = firn_vm_get_catalogue(fixture->vm);
}

static FirnCatalogue *
get_catalogue(Fixture *fixture)
{
    firn_test_loop_thread_call(read_catalogue, fixture);
    return fixture->catalogue;
}

static void
test_defined_and_not(Fixture *fixture, gconstpointer unused)
{
    FirnCatalogue *before;

    assert_news(fixture, "+old none");
    before = get_catalogue(fixture);
    write_machine(fixture);
    assert_news(fixture, "-old none");
    assert_news(fixture, "+web1 direct");
    g_assert_true(get_catalogue(fixture) == before);
    remove_machine(fixture);
    assert_news(fixture, "-web1 direct");
    /* With its last known name. */
    assert_news(fixture, "+web1 none");
}

static void
test_last_snapshot(Fixture *fixture, gconstpointer unused)
{
    FirnCatalogue *catalogue;
    g_autoptr(FirnSnapshot) snapshot = NULL;
    g_autoptr(GError) error = NULL;

    assert_news(fixture, "+old none");
    catalogue = get_catalogue(fixture);
    snapshot = firn_catalogue_lookup(catalogue, "s1", &error);
    g_assert_no_error(error);
    FIRN_TEST_CHANGE(catalogue, &error, remove, snapshot->uuid);
    g_assert_no_error(error);
    assert_news(fixture, "-old none");
}

/* An orphan is not removed while a job works on it. */
static void
test_busy(Fixture *fixture, gconstpointer unused)
{
    assert_news(fixture, "+old none");
    fixture->job = 1;
    firn_test_loop_thread_call(set_job, fixture);
    write_machine(fixture);
    g_assert_null(g_async_queue_timeout_pop(fixture->news, G_USEC_PER_SEC / 2));
    fixture->job = 0;
    firn_test_loop_thread_call(set_job, fixture);
    assert_news(fixture, "-old none");
    assert_news(fixture, "+web1 direct");
}

/* No VM counts as an orphan before all sources have replied. */
static void
test_incomplete(Fixture *fixture, gconstpointer unused)
{
    g_assert_null(g_async_queue_timeout_pop(fixture->news, G_USEC_PER_SEC / 5));
}

static void
add(const char *path, gconstpointer is_silent, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, is_silent, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/orphanage/left-over", NULL, test_left_over);
    add("/vm/orphanage/defined-and-not", NULL, test_defined_and_not);
    add("/vm/orphanage/last-snapshot", NULL, test_last_snapshot);
    add("/vm/orphanage/busy", NULL, test_busy);
    add("/vm/orphanage/incomplete", "silent", test_incomplete);
    return g_test_run();
}
