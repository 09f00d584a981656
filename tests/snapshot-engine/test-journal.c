/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "journal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "catalogue-rig.h"
#include "engine-error.h"
#include "small-disk.h"

#define OTHER_VM "00000000-1234-1234-1234-123456789abc"

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    char *path;                  /* (owned) */
    FirnJournal *journal;        /* (owned) */
    GError *error;               /* (owned) (nullable) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "journal", NULL);
    fixture->journal = firn_journal_open(fixture->path);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_catalogue_drain();
    g_object_unref(fixture->journal);
    g_clear_error(&fixture->error);
    g_free(fixture->path);
    firn_test_small_disk_unmount();
    firn_test_scratch_dir_free(fixture->scratch);
}

/* As after a restart of firnd. */
static void
reopen(Fixture *fixture)
{
    firn_test_catalogue_drain();
    g_object_unref(fixture->journal);
    fixture->journal = firn_journal_open(fixture->path);
}

static FirnIntent *
begin(Fixture *fixture, const char *vm_uuid, const char *name)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record(name, NULL);
    FirnIntent *intent = firn_intent_new(FIRN_INTENT_KIND_CREATE, vm_uuid, "web1", snapshot);

    g_assert_true(firn_journal_begin(fixture->journal, intent, &fixture->error));
    return intent;
}

static void
assert_open(Fixture *fixture, const char *expected)
{
    g_autoptr(GPtrArray) list = firn_journal_list(fixture->journal, FIRN_TEST_VM_UUID);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        const FirnIntent *intent = list->pdata[i];

        g_string_append_printf(text,
                               "%s:%s ",
                               intent->snapshot->name,
                               intent->why == NULL ? "" : intent->why);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void
test_life(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnIntent) a = begin(fixture, FIRN_TEST_VM_UUID, "a");
    g_autoptr(FirnIntent) other = begin(fixture, OTHER_VM, "other");
    g_autoptr(FirnIntent) b = begin(fixture, FIRN_TEST_VM_UUID, "b");

    assert_open(fixture, "a: b: ");
    reopen(fixture);
    assert_open(fixture, "a: b: ");
    g_assert_true(firn_journal_amend(fixture->journal, a->id, "no disk", NULL));
    assert_open(fixture, "a:no disk b: ");
    g_assert_true(firn_journal_end(fixture->journal, b->id, NULL));
    g_assert_true(firn_journal_end(fixture->journal, b->id, NULL));
    assert_open(fixture, "a:no disk ");
    reopen(fixture);
    assert_open(fixture, "a:no disk ");
    g_assert_false(firn_journal_amend(fixture->journal, b->id, "gone", &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NOT_FOUND);
}

/* The next firnd finds the definition that was replaced, of whatever size. */
static void
test_definition(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("undo", NULL);
    g_autoptr(FirnIntent) intent =
        firn_intent_new(FIRN_INTENT_KIND_RESTORE, FIRN_TEST_VM_UUID, "web1", snapshot);
    const FirnIntentRestore restore = {(char *)FIRN_TEST_VM_UUID,
                                       (char *)"a",
                                       (char *)"off",
                                       (char *)"off"};
    g_autofree char *definition = g_strnfill(4 * 1024 * 1024, 'x');
    g_autoptr(GPtrArray) list = NULL;

    firn_intent_set_restore(intent, &restore);
    g_assert_true(firn_journal_begin(fixture->journal, intent, &fixture->error));
    g_assert_true(
        firn_journal_keep_definition(fixture->journal, intent->id, definition, &fixture->error));
    reopen(fixture);
    list = firn_journal_list(fixture->journal, FIRN_TEST_VM_UUID);
    g_assert_cmpuint(list->len, ==, 1);
    g_assert_cmpstr(((FirnIntent *)list->pdata[0])->restore->definition, ==, definition);
    firn_journal_end(fixture->journal, intent->id, NULL);
    g_assert_false(
        firn_journal_keep_definition(fixture->journal, intent->id, "<domain/>", &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NOT_FOUND);
}

static void
on_changed(FirnJournal *journal, gpointer count)
{
    (*(guint *)count)++;
}

static void
test_signal(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnIntent) a = NULL;
    guint count = 0;

    g_signal_connect(fixture->journal, "changed", G_CALLBACK(on_changed), &count);
    a = begin(fixture, FIRN_TEST_VM_UUID, "a");
    g_assert_cmpuint(count, ==, 0);
    firn_test_catalogue_drain();
    g_assert_cmpuint(count, ==, 1);
    firn_journal_amend(fixture->journal, a->id, "why", NULL);
    firn_journal_end(fixture->journal, a->id, NULL);
    firn_test_catalogue_drain();
    g_assert_cmpuint(count, ==, 3);
}

/* No job may begin that a later firnd would not know of. */
static void
test_no_space(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("a", NULL);
    g_autoptr(FirnIntent) intent =
        firn_intent_new(FIRN_INTENT_KIND_CREATE, FIRN_TEST_VM_UUID, "web1", snapshot);

    g_assert_cmpint(g_mkdir(fixture->path, 0700), ==, 0);
    if (!firn_test_small_disk_mount(fixture->path, "64k"))
        return;
    firn_test_small_disk_fill(fixture->path, 0);
    reopen(fixture);
    g_assert_false(firn_journal_begin(fixture->journal, intent, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    assert_open(fixture, "");
}

static void
test_unwritable(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("a", NULL);
    g_autoptr(FirnIntent) intent =
        firn_intent_new(FIRN_INTENT_KIND_CREATE, FIRN_TEST_VM_UUID, "web1", snapshot);

    g_assert_true(g_file_set_contents(fixture->path, "no directory", -1, NULL));
    g_assert_false(firn_journal_begin(fixture->journal, intent, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
    assert_open(fixture, "");
}

static void
write_file(Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->path, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* One bad file affects only itself. */
static gboolean directories_fail;

/* Replaces the C library's. */
int firn_test_fsync(int file) __asm__("fsync");

int
firn_test_fsync(int file)
{
    struct stat facts;

    if (!directories_fail || fstat(file, &facts) != 0 || !S_ISDIR(facts.st_mode))
        return (int)syscall(SYS_fsync, file);
    errno = EIO;
    return -1;
}

/* A caller that gets an error must not find its job in the journal later. */
static void
test_unsettled(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("a", NULL);
    g_autoptr(FirnIntent) intent =
        firn_intent_new(FIRN_INTENT_KIND_DELETE, FIRN_TEST_VM_UUID, "web1", snapshot);

    firn_intent_free(begin(fixture, OTHER_VM, "b"));
    directories_fail = TRUE;
    /* For the removal of the file. */
    g_test_expect_message("firn-engine", G_LOG_LEVEL_WARNING, "*after a power failure*");
    g_assert_false(firn_journal_begin(fixture->journal, intent, &fixture->error));
    g_test_assert_expected_messages();
    directories_fail = FALSE;
    reopen(fixture);
    assert_open(fixture, "");
}

/* An intent that was ended is not listed again by this firnd, even if its file cannot be
 * removed. */
static void
test_stays(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnIntent) intent = begin(fixture, FIRN_TEST_VM_UUID, "a");
    g_autofree char *name = g_strconcat(intent->id, ".json", NULL);
    g_autofree char *path = g_build_filename(fixture->path, name, NULL);

    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    g_assert_false(firn_journal_end(fixture->journal, intent->id, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
    assert_open(fixture, "");
    g_assert_cmpint(g_rmdir(path), ==, 0);
}

static void
test_unreadable(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnIntent) a = begin(fixture, FIRN_TEST_VM_UUID, "a");
    g_autofree char *good = firn_intent_to_text(a);
    g_autofree char *half = g_strndup(good, strlen(good) / 2);
    g_autofree char *folder = g_build_filename(fixture->path, "folder.json", NULL);
    g_autoptr(GPtrArray) aside = NULL;
    g_autoptr(GPtrArray) rest = NULL;

    write_file(fixture, OTHER_VM ".json", half);
    write_file(fixture, "11111111-1234-1234-1234-123456789abc.json", "");
    write_file(fixture, "22222222-1234-1234-1234-123456789abc.json", good);
    write_file(fixture, "notes.json", good);
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    for (guint i = 0; i < 5; i++)
        g_test_expect_message("firn-engine", G_LOG_LEVEL_WARNING, "*is not a valid journal entry*");
    reopen(fixture);
    g_test_assert_expected_messages();
    assert_open(fixture, "a: ");
    aside = firn_journal_list_unreadable(fixture->journal);
    g_assert_cmpuint(aside->len, ==, 5);
    g_assert_true(g_str_has_prefix(aside->pdata[0], fixture->path));
    reopen(fixture);
    assert_open(fixture, "a: ");
    g_assert_cmpint(g_unlink(aside->pdata[0]), ==, 0);
    rest = firn_journal_list_unreadable(fixture->journal);
    g_assert_cmpuint(rest->len, ==, 4);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/journal/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("life-of-an-intent", test_life);
    TEST("definition", test_definition);
    TEST("changed-signal", test_signal);
    TEST("begin/no-space", test_no_space);
    TEST("begin/unwritable", test_unwritable);
    TEST("begin/not-settled", test_unsettled);
    TEST("end/file-stays", test_stays);
    TEST("open/unreadable-files", test_unreadable);
    return g_test_run();
}
