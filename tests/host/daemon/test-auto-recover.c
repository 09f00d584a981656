/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "auto-recover.h"

#include <glib/gstdio.h>

#include "job-rig.h"
#include "vm-wait.h"

#define WAIT_MS 30000

/* A source with one VM. */
#define TEST_TYPE_SOURCE (test_source_get_type())
G_DECLARE_FINAL_TYPE(TestSource, test_source, TEST, SOURCE, GObject)

struct _TestSource {
    GObject parent_instance;
};

static void
test_source_init_interface(FirnVmSourceInterface *interface)
{
}

G_DEFINE_TYPE_WITH_CODE(TestSource,
                        test_source,
                        G_TYPE_OBJECT,
                        G_IMPLEMENT_INTERFACE(FIRN_TYPE_VM_SOURCE, test_source_init_interface))

static void
test_source_init(TestSource *self)
{
}

static void
test_source_class_init(TestSourceClass *class)
{
}

/* A VM that is off, with an incomplete snapshot and a missing disk. */
typedef struct {
    FirnTestJobRig job;
    TestSource *source;   /* (owned) */
    FirnStateDir *memory; /* (owned) */
    char *path;           /* (owned) of a disk */
    char *away;           /* (owned) its path while it is missing */
} Fixture;

/* A clock that the test sets: used on the main loop only, except @waits. */
static struct {
    GAsyncQueue *waits; /* (owned) (element-type seconds) of each timer that was set */
    GSourceFunc function;
    gpointer data;
    guint n_armed;
} hands;

static guint
arm(guint seconds, GSourceFunc function, gpointer data)
{
    hands.function = function;
    hands.data = data;
    g_async_queue_push(hands.waits, GUINT_TO_POINTER(seconds));
    return ++hands.n_armed;
}

static gboolean
disarm(guint id)
{
    hands.function = NULL;
    return TRUE;
}

static const FirnRetryClock by_hand = {arm, disarm};

static void
let_pass(gpointer data)
{
    GSourceFunc function = hands.function;

    g_assert_nonnull(function);
    hands.function = NULL;
    g_assert_false(function(hands.data));
}

static void
assert_waits(guint seconds)
{
    gpointer wait = g_async_queue_timeout_pop(hands.waits, WAIT_MS * G_TIME_SPAN_MILLISECOND);

    g_assert_cmpuint(GPOINTER_TO_UINT(wait), ==, seconds);
}

static void
begin(Fixture *fixture)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(FirnIntent) intent = NULL;

    firn_snapshot_add_disk(snapshot, "vda", "qcow2", fixture->path, 1024);
    intent = firn_intent_new(FIRN_INTENT_KIND_CREATE,
                             firn_vm_get_uuid(fixture->job.rig.vm),
                             "web1",
                             snapshot);
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const char *folder;
    g_autofree char *memory = NULL;

    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    folder = fixture->job.rig.folder;
    fixture->path = g_build_filename(folder, "vda.qcow2", NULL);
    fixture->away = g_build_filename(folder, "away", NULL);
    memory = g_build_filename(folder, "memory", NULL);
    fixture->memory = firn_state_dir_new(memory, FIRN_DURABILITY_WHOLE);
    begin(fixture);
    g_assert_cmpint(g_rename(fixture->path, fixture->away), ==, 0);
    hands.waits = g_async_queue_new();
}

static void
let_go(gpointer data)
{
    Fixture *fixture = data;

    g_signal_handlers_disconnect_matched(fixture->job.rig.vm,
                                         G_SIGNAL_MATCH_ID,
                                         g_signal_lookup("changed", FIRN_TYPE_VM),
                                         0,
                                         NULL,
                                         NULL,
                                         NULL);
    g_clear_object(&fixture->source);
    firn_state_dir_unref(fixture->memory);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(let_go, fixture);
    g_async_queue_unref(hands.waits);
    g_free(fixture->path);
    g_free(fixture->away);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static void
watch(gpointer data)
{
    Fixture *fixture = data;
    const FirnAutoRecoverSetup setup = {
        .jobs = fixture->job.jobs,
        .backend = fixture->job.backend,
        .leases = fixture->job.leases,
        .journal = fixture->job.journal,
        .memory = fixture->memory,
        .nvram = fixture->memory,
        .clock = &by_hand,
    };

    fixture->source = g_object_new(TEST_TYPE_SOURCE, NULL);
    firn_auto_recover_watch(FIRN_VM_SOURCE(fixture->source), &setup);
    firn_vm_source_emit_added(FIRN_VM_SOURCE(fixture->source), fixture->job.rig.vm);
}

static gboolean
has_ended(FirnVm *vm, gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(GPtrArray) intents = firn_journal_list(fixture->job.journal, firn_vm_get_uuid(vm));

    return intents->len == 0 && firn_vm_get_job(vm) == 0;
}

/* firnd is not notified when an image is back: it retries by itself. */
static void
test_again(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(watch, fixture);
    assert_waits(60);
    firn_test_loop_thread_call(let_pass, NULL);
    assert_waits(120);
    g_assert_cmpint(g_rename(fixture->away, fixture->path), ==, 0);
    firn_test_loop_thread_call(let_pass, NULL);
    g_assert_true(firn_vm_wait(fixture->job.rig.vm, has_ended, fixture, WAIT_MS));
    firn_test_job_rig_assert_intents(&fixture->job, "");
    /* What is done is not tried again. */
    g_assert_null(g_async_queue_try_pop(hands.waits));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    g_test_add("/recovery/again", Fixture, NULL, set_up, test_again, tear_down);
    return g_test_run();
}
