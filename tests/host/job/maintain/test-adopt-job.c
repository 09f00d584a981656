/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adopt-job.h"

#include <string.h>

#include "catalogue-change.h"
#include "disk-image.h"
#include "domain-rig.h"
#include "host-error.h"

#define SHUTOFF "<state>shutoff</state><creationTime>%u</creationTime>"

typedef FirnTestDomainRig Fixture;

typedef struct {
    Fixture *fixture;
    FirnAdoptRequest request;
    FirnJob *job; /* (owned) */
} Start;

static void
on_completed(FirnJob *job, gpointer queue)
{
    g_async_queue_push(queue, job);
}

static void
start(gpointer data)
{
    Start *self = data;
    FirnTestJobRig *rig = &self->fixture->job;

    self->job = g_object_ref(firn_adopt_job_start(rig->jobs, &self->request, NULL));
    g_signal_connect(self->job, "completed", G_CALLBACK(on_completed), rig->ended);
}

/* Returns a job that has ended; @tags are separated by commas. */
static FirnJob *
adopt(Fixture *fixture, const char *tags, gboolean is_dry_run)
{
    g_auto(GStrv) list = tags == NULL ? NULL : g_strsplit(tags, ",", -1);
    Start self = {
        .fixture = fixture,
        .request = {.vm = fixture->job.rig.vm,
                    .tags = (const char *const *)list,
                    .is_dry_run = is_dry_run},
    };

    firn_test_loop_thread_call(start, &self);
    firn_test_job_rig_end(&fixture->job);
    return self.job;
}

/* "TAG=NAME:VERDICT " for what was adopted, "TAG!WORD " for what was left. */
static void
assert_result(FirnJob *job, const char *expected)
{
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    g_autoptr(GVariantIter) adopted = NULL;
    g_autoptr(GVariantIter) left = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    const char *tag, *name, *verdict, *word, *why;

    g_assert_true(g_variant_lookup(result, "adopted", FIRN_ADOPT_ADOPTED_TYPE, &adopted));
    g_assert_true(g_variant_lookup(result, "left", FIRN_ADOPT_LEFT_TYPE, &left));
    while (g_variant_iter_next(adopted, "(&s&s&s&s)", &tag, &name, NULL, &verdict))
        g_string_append_printf(text, "%s=%s:%s ", tag, name, verdict);
    while (g_variant_iter_next(left, "(&s&s&s)", &tag, &word, &why)) {
        g_test_message("%s: %s", tag, why);
        g_string_append_printf(text, "%s!%s ", tag, word);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

/* As virsh snapshot-create-as makes it of a domain that is off. */
static void
make_foreign(Fixture *fixture, const char *name, const char *parent, guint created_s)
{
    g_autofree char *facts = g_strdup_printf(SHUTOFF, created_s);
    g_autofree char *more =
        parent == NULL ? g_strdup(facts)
                       : g_strdup_printf("%s<parent><name>%s</name></parent>", facts, parent);

    firn_test_domain_rig_run_tool(fixture, "-c", name);
    firn_test_domain_rig_list(fixture, name, more);
}

static char *
dup_tree(Fixture *fixture)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(fixture->job.rig.catalogue);
    g_autofree char *current = firn_catalogue_dup_current(fixture->job.rig.catalogue);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < records->len; i++) {
        const FirnSnapshot *one = records->pdata[i];
        g_autoptr(FirnSnapshot) parent =
            one->parent == NULL
                ? NULL
                : firn_catalogue_lookup(fixture->job.rig.catalogue, one->parent, NULL);

        g_string_append_printf(text,
                               "%s<%s%s ",
                               one->name,
                               parent == NULL ? "" : parent->name,
                               g_strcmp0(current, one->uuid) == 0 ? "*" : "");
    }
    return g_string_free(text, FALSE);
}

static void
assert_tree(Fixture *fixture, const char *expected)
{
    g_autofree char *tree = dup_tree(fixture);

    g_assert_cmpstr(tree, ==, expected);
}

static void
test_all(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) own = firn_test_domain_rig_make(fixture, "own");
    g_autoptr(FirnJob) planned = NULL;
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(FirnJob) again = NULL;

    make_foreign(fixture, "week 1", own->tag, 2000000000);
    make_foreign(fixture, "day", "week 1", 2000000001);
    planned = adopt(fixture, NULL, TRUE);
    assert_result(planned, "week 1=week-1:crash day=day:crash ");
    assert_tree(fixture, "own<* ");
    job = adopt(fixture, NULL, FALSE);
    g_assert_no_error(firn_job_get_error(job));
    assert_result(job, "week 1=week-1:crash day=day:crash ");
    assert_tree(fixture, "own< week-1<own day<week-1* ");
    firn_test_domain_rig_assert_verified(fixture, FALSE, "own=ok week-1=ok day=ok ");
    again = adopt(fixture, NULL, FALSE);
    assert_result(again, "");
}

/* Deleting an adopted snapshot removes it from the disks and libvirt's list, and nothing else. */
static void
test_delete(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) adopted = NULL;
    g_autoptr(FirnJob) deleted = NULL;
    g_autoptr(FirnSnapshot) record = NULL;

    make_foreign(fixture, "week 1", NULL, 1);
    make_foreign(fixture, "week", "week 1", 2);
    adopted = adopt(fixture, "week 1", FALSE);
    record = firn_catalogue_lookup(fixture->job.rig.catalogue, "week-1", NULL);
    deleted = firn_test_job_rig_delete(&fixture->job, record->uuid, FIRN_DELETE_ONE);
    g_assert_no_error(firn_job_get_error(deleted));
    g_assert_false(firn_test_domain_rig_is_listed(fixture, "week 1"));
    g_assert_true(firn_test_domain_rig_is_listed(fixture, "week"));
    for (guint i = 0; i < G_N_ELEMENTS(fixture->images); i++) {
        g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(fixture->images[i]);
        g_autofree char *joined = g_strjoinv(" ", tags);

        g_assert_cmpstr(joined, ==, "week");
    }
    firn_test_domain_rig_assert_verified(fixture, FALSE, "week=foreign ");
}

/* libvirt has lost its list, as after undefine: the snapshot is registered again. */
static void
test_listed_again(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) adopted = NULL;
    virDomainSnapshotPtr listed;

    make_foreign(fixture, "week 1", NULL, 1);
    adopted = adopt(fixture, NULL, FALSE);
    listed = virDomainSnapshotLookupByName(fixture->domain, "week 1", 0);
    g_assert_cmpint(virDomainSnapshotDelete(listed, VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY),
                    ==,
                    0);
    virDomainSnapshotFree(listed);
    firn_test_domain_rig_assert_verified(fixture, FALSE, "week-1=unregistered ");
    firn_test_domain_rig_assert_verified(fixture, TRUE, "week-1=repaired ");
    g_assert_true(firn_test_domain_rig_is_listed(fixture, "week 1"));
}

static void
test_limit(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy two = {.max_snapshots = 2};
    g_autoptr(FirnJob) planned = NULL;
    g_autoptr(FirnJob) job = NULL;

    make_foreign(fixture, "c", NULL, 3);
    make_foreign(fixture, "a", NULL, 1);
    make_foreign(fixture, "b", NULL, 2);
    g_assert_true(FIRN_TEST_SET(fixture->job.rig.catalogue, NULL, change->policy = two));
    planned = adopt(fixture, NULL, TRUE);
    g_assert_no_error(firn_job_get_error(planned));
    assert_result(planned, "a=a:crash b=b:crash c!limit ");
    job = adopt(fixture, NULL, FALSE);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_LIMIT_REACHED);
    assert_result(job, "a=a:crash b=b:crash c!limit ");
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 2);
}

/* SN-12: numbers, duplicates, and tags that are ids of other snapshots. */
static void
test_ambiguous(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) all = NULL;
    g_autoptr(FirnJob) named = NULL;

    firn_test_domain_rig_run_tool(fixture, "-c", "2");
    firn_test_domain_rig_run_tool(fixture, "-c", "1");
    firn_test_domain_rig_run_tool(fixture, "-c", "1");
    firn_test_domain_rig_run_tool(fixture, "-c", "good");
    named = adopt(fixture, "good,1", FALSE);
    g_assert_error(firn_job_get_error(named), FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(firn_job_get_error(named)->message, "\"1\""));
    assert_tree(fixture, "");
    all = adopt(fixture, NULL, FALSE);
    g_assert_no_error(firn_job_get_error(all));
    assert_result(all, "good=good:crash 1!ambiguous 2!ambiguous ");
}

static void
test_named(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) unknown = NULL;
    g_autoptr(FirnJob) job = NULL;

    make_foreign(fixture, "a", NULL, 1);
    make_foreign(fixture, "b", "a", 2);
    unknown = adopt(fixture, "b,A", FALSE);
    g_assert_error(firn_job_get_error(unknown), FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_FOUND);
    job = adopt(fixture, "b", FALSE);
    assert_result(job, "b=b:crash ");
    assert_tree(fixture, "b<* ");
}

/* The current snapshot follows libvirt's. */
static void
test_current(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) own = firn_test_domain_rig_make(fixture, "own");
    g_autoptr(FirnJob) planned = NULL;
    g_autoptr(FirnJob) job = NULL;

    make_foreign(fixture, "old", NULL, 1);
    planned = adopt(fixture, NULL, TRUE);
    assert_tree(fixture, "own<* ");
    job = adopt(fixture, NULL, FALSE);
    assert_tree(fixture, "old<* own< ");
}

/* The catalogue file is gone; disks and libvirt's list still have the snapshots. */
static void
test_lost_catalogue(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(fixture, "a");
    g_autoptr(FirnSnapshot) b = firn_test_domain_rig_make(fixture, "b");
    g_autoptr(FirnSnapshot) again = NULL;
    g_autoptr(FirnJob) job = NULL;

    g_assert_true(FIRN_TEST_CHANGE(fixture->job.rig.catalogue, NULL, remove, b->uuid));
    g_assert_true(FIRN_TEST_CHANGE(fixture->job.rig.catalogue, NULL, remove, a->uuid));
    job = adopt(fixture, NULL, FALSE);
    g_assert_no_error(firn_job_get_error(job));
    assert_tree(fixture, "a< b<a* ");
    again = firn_catalogue_lookup(fixture->job.rig.catalogue, "a", NULL);
    g_assert_cmpstr(again->tag, ==, a->tag);
    g_assert_cmpint(again->verdict, ==, FIRN_VERDICT_CRASH);
    g_assert_nonnull(again->definition);
    firn_test_domain_rig_assert_verified(fixture, FALSE, "a=ok b=ok ");
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path,
               Fixture,
               NULL,
               firn_test_domain_rig_set_up,
               test,
               firn_test_domain_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/job/adopt-job/all", test_all);
    add("/job/adopt-job/delete", test_delete);
    add("/job/adopt-job/listed-again", test_listed_again);
    add("/job/adopt-job/limit", test_limit);
    add("/job/adopt-job/ambiguous", test_ambiguous);
    add("/job/adopt-job/named", test_named);
    add("/job/adopt-job/current", test_current);
    add("/job/adopt-job/lost-catalogue", test_lost_catalogue);
    return g_test_run();
}
