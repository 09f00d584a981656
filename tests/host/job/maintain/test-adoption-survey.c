/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adoption-survey.h"

#include "block-device.h"
#include "catalogue-change.h"
#include "enum-nick.h"
#include "maintain-enums.h"
#include "scratch-dir.h"

#define UUID "11111111-1111-4222-8333-123456789abc"

typedef struct {
    FirnTestScratchDir *dir;       /* (owned) */
    FirnAdoptionSurveyFacts facts; /* its lists are owned */
} Fixture;

static void
add_disk(Fixture *fixture, const char *target, const char *tags)
{
    FirnDisk *disk = firn_disk_new(target, "qcow2");
    g_auto(GStrv) words = g_strsplit(tags, " ", -1);

    disk->path = g_strdup_printf("/srv/%s.qcow2", target);
    for (guint i = 0; *tags != '\0' && words[i] != NULL; i++) {
        FirnImageSnapshot *entry = g_new0(FirnImageSnapshot, 1);

        entry->id = g_strdup_printf("%u", i + 1);
        entry->tag = g_strdup(words[i]);
        entry->created_s = 1000 + i;
        g_ptr_array_add(disk->snapshots, entry);
    }
    g_ptr_array_add(fixture->facts.disks, disk);
}

static void
list(Fixture *fixture, const char *name, const char *parent, const char *more)
{
    g_autofree char *parent_xml =
        parent == NULL ? g_strdup("") : g_strdup_printf("<parent><name>%s</name></parent>", parent);
    g_autofree char *xml = g_strdup_printf("<domainsnapshot><name>%s</name>%s%s</domainsnapshot>",
                                           name,
                                           parent_xml,
                                           more);

    g_ptr_array_add(fixture->facts.listed, firn_listed_snapshot_parse(xml, NULL));
}

static FirnSnapshot *
record(Fixture *fixture, const char *name, const char *tag)
{
    FirnSnapshot *own = firn_snapshot_new(name, NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));

    if (tag != NULL) {
        own->is_adopted = TRUE;
        g_free(own->tag);
        own->tag = g_strdup(tag);
    }
    g_assert_true(FIRN_TEST_CHANGE(fixture->facts.catalogue, NULL, add, own));
    return own;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy profile = {.max_snapshots = 10};

    fixture->dir = firn_test_scratch_dir_new();
    fixture->facts = (FirnAdoptionSurveyFacts){
        .catalogue = firn_catalogue_open(firn_test_scratch_dir_get_path(fixture->dir),
                                         UUID,
                                         "web1",
                                         &profile),
        .intents = g_ptr_array_new_with_free_func((GDestroyNotify)firn_intent_free),
        .disks = firn_disks_new(),
        .listed = firn_listed_snapshots_new(),
    };
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_object_unref(fixture->facts.catalogue);
    g_ptr_array_unref(fixture->facts.intents);
    g_ptr_array_unref(fixture->facts.disks);
    g_ptr_array_unref(fixture->facts.listed);
    firn_test_scratch_dir_free(fixture->dir);
}

/* "TAG=NAME " for what can be adopted, "TAG:WORD " for the others. */
static void
assert_survey(Fixture *fixture, const char *expected)
{
    g_autoptr(GPtrArray) candidates = firn_adoption_survey_run(&fixture->facts);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < candidates->len; i++) {
        const FirnCandidate *one = candidates->pdata[i];

        if (one->bar == FIRN_ADOPTION_SURVEY_BLOCKER_FREE)
            g_string_append_printf(text, "%s=%s ", one->tag, one->record->name);
        else
            g_string_append_printf(text,
                                   "%s:%s ",
                                   one->tag,
                                   firn_enum_to_nick(FIRN_TYPE_ADOPTION_SURVEY_BLOCKER, one->bar));
        g_test_message("%s: %s", one->tag, one->why);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void
test_by_time(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "b a");
    add_disk(fixture, "vdb", "a b");
    assert_survey(fixture, "a=a b=b ");
}

static void
test_own(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) nightly = record(fixture, "nightly", NULL);
    g_autoptr(FirnSnapshot) half = firn_snapshot_new("half", NULL, firn_evidence_new(0));
    g_autofree char *tags = g_strdup_printf("%s %s Nightly", nightly->tag, half->tag);

    g_ptr_array_add(fixture->facts.intents,
                    firn_intent_new(FIRN_INTENT_KIND_CREATE, UUID, "web1", half));
    add_disk(fixture, "vda", tags);
    assert_survey(fixture, "Nightly=Nightly-2 ");
}

/* firn's own tags, after the catalogue was lost. */
static void
test_lost_records(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) candidates = NULL;
    const FirnCandidate *first;

    add_disk(fixture, "vda", "before.0123abcd after.abcd0123");
    assert_survey(fixture, "before.0123abcd=before after.abcd0123=after ");
    candidates = firn_adoption_survey_run(&fixture->facts);
    first = candidates->pdata[0];
    g_assert_true(g_str_has_prefix(first->record->uuid, "0123abcd-"));
}

/* Tags that are ids, duplicates, and the ids of other snapshots. */
static void
test_ambiguous(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "2 1 twin twin good");
    add_disk(fixture, "vdb", "1 2 twin good");
    assert_survey(fixture, "good=good 1:ambiguous 2:ambiguous twin:ambiguous ");
}

static void
test_unspellable(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "a\tb");
    assert_survey(fixture, "a\tb:unspellable ");
}

static void
test_partial(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "a b c");
    add_disk(fixture, "vdb", "b");
    list(fixture,
         "c",
         NULL,
         "<disks><disk name='vdx' snapshot='internal'/>"
         "<disk name='vda' snapshot='internal'/></disks>");
    assert_survey(fixture, "b=b a:partial c:partial ");
}

static void
test_read_only(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "a");
    add_disk(fixture, "vdb", "");
    ((FirnDisk *)fixture->facts.disks->pdata[1])->is_writable = FALSE;
    assert_survey(fixture, "a=a ");
}

/* The list says on which disks a snapshot is. */
static void
test_listed_disks(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) candidates = NULL;
    const FirnCandidate *first;

    add_disk(fixture, "vda", "a");
    add_disk(fixture, "vdb", "");
    list(fixture,
         "a",
         NULL,
         "<disks><disk name='vda' snapshot='internal'/>"
         "<disk name='vdb' snapshot='no'/></disks>");
    assert_survey(fixture, "a=a ");
    candidates = firn_adoption_survey_run(&fixture->facts);
    first = candidates->pdata[0];
    g_assert_cmpuint(first->record->disks->len, ==, 1);
    g_assert_cmpstr(first->record->excluded->pdata[0], ==, "vdb");
}

/* Deleting the one would leave the other. */
static void
test_on_one_disk_too_many(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "a");
    add_disk(fixture, "vdb", "a");
    list(fixture, "a", NULL, "<disks><disk name='vda' snapshot='internal'/></disks>");
    assert_survey(fixture, "a:ambiguous ");
}

static void
test_external_and_empty(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "mixed");
    list(fixture, "ext", NULL, "<disks><disk name='vda' snapshot='external'/></disks>");
    list(fixture, "gone", NULL, "");
    list(fixture, "mixed", NULL, "<memory snapshot='external' file='/x'/>");
    assert_survey(fixture, "ext:external gone:empty mixed:external ");
}

/* What is below an overlay was not read. */
static void
test_covered(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "");
    ((FirnDisk *)fixture->facts.disks->pdata[0])->backing_path = g_strdup("/srv/base.qcow2");
    list(fixture, "below", NULL, "<disks><disk name='vda' snapshot='internal'/></disks>");
    assert_survey(fixture, "below:covered ");
}

/* The list's parents count, whatever the recorded times say. */
static void
test_parents_first(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "leaf middle root other");
    list(fixture, "leaf", "middle", "");
    list(fixture, "middle", "root", "");
    list(fixture, "root", NULL, "");
    assert_survey(fixture, "root=root middle=middle leaf=leaf other=other ");
}

static void
test_ring(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vda", "a b");
    list(fixture, "a", "b", "");
    list(fixture, "b", "a", "");
    g_assert_cmpuint(((GPtrArray *)fixture->facts.listed)->len, ==, 2);
    assert_survey(fixture, "a=a b=b ");
}

static void
assert_parent(Fixture *fixture, const char *tag, const char *expected)
{
    g_autoptr(GPtrArray) candidates = firn_adoption_survey_run(&fixture->facts);

    for (guint i = 0; i < candidates->len; i++) {
        const FirnCandidate *one = candidates->pdata[i];
        g_autofree char *parent = firn_adoption_survey_find_parent(one, &fixture->facts);

        if (g_str_equal(one->tag, tag))
            g_assert_cmpstr(parent, ==, expected);
    }
}

static void
test_parent(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) own = record(fixture, "own", NULL);
    g_autoptr(FirnSnapshot) adopted = record(fixture, "first", "first one");

    add_disk(fixture, "vda", "a b c d");
    list(fixture, "a", own->tag, "");
    list(fixture, "b", "gap", "");
    list(fixture, "gap", "first one", "");
    list(fixture, "c", "nobody", "");
    assert_parent(fixture, "a", own->uuid);
    assert_parent(fixture, "b", adopted->uuid);
    assert_parent(fixture, "c", NULL);
    assert_parent(fixture, "d", NULL);
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
    add("/job/adoption/by-time", test_by_time);
    add("/job/adoption/own", test_own);
    add("/job/adoption/lost-records", test_lost_records);
    add("/job/adoption/ambiguous", test_ambiguous);
    add("/job/adoption/unspellable", test_unspellable);
    add("/job/adoption/partial", test_partial);
    add("/job/adoption/read-only", test_read_only);
    add("/job/adoption/listed-disks", test_listed_disks);
    add("/job/adoption/one-disk-too-many", test_on_one_disk_too_many);
    add("/job/adoption/external-and-empty", test_external_and_empty);
    add("/job/adoption/covered", test_covered);
    add("/job/adoption/parents-first", test_parents_first);
    add("/job/adoption/ring", test_ring);
    add("/job/adoption/parent", test_parent);
    return g_test_run();
}
