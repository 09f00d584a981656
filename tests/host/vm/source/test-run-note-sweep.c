/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-note-sweep.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "orphan-vm.h"
#include "run-note.h"
#include "scratch-dir.h"

#define SHOWN       "00000000-0000-4000-8000-000000000001"
#define DOCUMENTED  "00000000-0000-4000-8000-000000000002"
#define RECENT      "00000000-0000-4000-8000-000000000003"
#define GONE        "ffffffff-ffff-4fff-8fff-ffffffffffff"

#define PATIENCE_US (10 * G_USEC_PER_SEC)

/* A source controlled by the test. */
#define FAKE_TYPE_SOURCE (fake_source_get_type())
G_DECLARE_FINAL_TYPE(FakeSource, fake_source, FAKE, SOURCE, GObject)

struct _FakeSource {
    GObject parent_instance;
    GPtrArray *problems; /* (owned) (element-type utf8) */
};

static GPtrArray *
get_problems(FirnVmSource *source)
{
    return FAKE_SOURCE(source)->problems;
}

static void
fake_source_vm_source_init(FirnVmSourceInterface *iface)
{
    iface->get_problems = get_problems;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(FakeSource,
                              fake_source,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_VM_SOURCE,
                                                    fake_source_vm_source_init))

static void
fake_source_finalize(GObject *object)
{
    g_ptr_array_unref(FAKE_SOURCE(object)->problems);
    G_OBJECT_CLASS(fake_source_parent_class)->finalize(object);
}

static void
fake_source_init(FakeSource *self)
{
    self->problems = g_ptr_array_new_with_free_func(g_free);
}

static void
fake_source_class_init(FakeSourceClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = fake_source_finalize;
}

typedef struct {
    FirnTestScratchDir *dir;
    char *runs;              /* (owned) */
    FirnStateDir *notes;     /* (owned) */
    FirnStateDir *documents; /* (owned) */
    FirnVmSource *source;    /* (owned) */
} Fixture;

static void
write_note(Fixture *self, const char *uuid, time_t seconds)
{
    g_autoptr(FirnRunNote) note = firn_run_note_new(FIRN_RUN_END_UNCLEAN);
    g_autofree char *path = g_strdup_printf("%s/%s.json", self->runs, uuid);
    const struct timespec times[] = {
        {seconds, 0},
        {seconds, 0}
    };

    g_assert_true(firn_run_note_write(note, self->notes, uuid, NULL));
    if (seconds > 0)
        g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static void
show(Fixture *self, const char *uuid)
{
    const FirnPolicy profile = {.max_snapshots = 3};
    g_autofree char *path = g_build_filename(self->runs, "vm", NULL);
    g_autoptr(FirnCatalogue) catalogue = firn_catalogue_open(path, uuid, "web1", &profile);
    g_autoptr(FirnVm) vm = firn_orphan_vm_new(uuid, catalogue);

    firn_vm_source_emit_added(self->source, vm);
}

static void
set_up(Fixture *self, gconstpointer data)
{
    const char *folder;
    g_autofree char *documents = NULL;

    self->dir = firn_test_scratch_dir_new();
    folder = firn_test_scratch_dir_get_path(self->dir);
    self->runs = g_build_filename(folder, "runs", NULL);
    documents = g_build_filename(folder, "documents", NULL);
    self->notes = firn_state_dir_new(self->runs, FIRN_DURABILITY_WHOLE);
    self->documents = firn_state_dir_new(documents, FIRN_DURABILITY_WHOLE);
    self->source = g_object_new(FAKE_TYPE_SOURCE, NULL);
    firn_run_note_sweep_watch(self->source, self->notes, self->documents);
    write_note(self, SHOWN, 1000000000);
    write_note(self, DOCUMENTED, 1000000000);
    write_note(self, RECENT, 0);
    write_note(self, GONE, 1000000000);
    g_assert_true(firn_state_dir_replace(self->documents, DOCUMENTED ".json", "{}", 2, NULL));
    show(self, SHOWN);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    g_object_unref(self->source);
    firn_state_dir_unref(self->notes);
    firn_state_dir_unref(self->documents);
    g_free(self->runs);
    firn_test_scratch_dir_free(self->dir);
}

/* Waits for the note that is checked last. */
static void
wait_until_gone(Fixture *self)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    while (firn_state_dir_has(self->notes, GONE ".json")) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_main_context_iteration(NULL, FALSE);
    }
    g_assert_true(firn_state_dir_has(self->notes, SHOWN ".json"));
    g_assert_true(firn_state_dir_has(self->notes, DOCUMENTED ".json"));
    g_assert_true(firn_state_dir_has(self->notes, RECENT ".json"));
}

static void
test_complete(Fixture *self, gconstpointer data)
{
    firn_vm_source_emit_found(self->source);
    g_assert_true(firn_state_dir_has(self->notes, GONE ".json"));
    firn_vm_source_emit_complete(self->source);
    wait_until_gone(self);
}

static gboolean
on_soon(gpointer is_over)
{
    *(gboolean *)is_over = TRUE;
    return G_SOURCE_REMOVE;
}

static gboolean
goes_soon(Fixture *self)
{
    gboolean is_over = FALSE;

    g_timeout_add(200, on_soon, &is_over);
    while (!is_over)
        g_main_context_iteration(NULL, TRUE);
    return !firn_state_dir_has(self->notes, GONE ".json");
}

/* It may be the definition of that VM. */
static void
test_unreadable_definition(Fixture *self, gconstpointer data)
{
    FakeSource *source = FAKE_SOURCE(self->source);

    g_ptr_array_add(source->problems, g_strdup("web2.conf: it has no UUID"));
    firn_vm_source_emit_complete(self->source);
    g_assert_false(goes_soon(self));
    g_ptr_array_set_size(source->problems, 0);
    firn_vm_source_emit_complete(self->source);
    wait_until_gone(self);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/run-note-sweep/complete", test_complete);
    add("/vm/run-note-sweep/unreadable-definition", test_unreadable_definition);
    return g_test_run();
}
