/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "current-snapshot.h"

#include "catalogue-change.h"
#include "domain-rig.h"
#include "snapshot-registry.h"

static void
assert_current(FirnTestDomainRig *rig, const FirnSnapshot *expected)
{
    g_autofree char *current = NULL;

    firn_current_snapshot_sync(rig->job.rig.vm);
    current = firn_catalogue_dup_current(rig->job.rig.catalogue);
    g_assert_cmpstr(current, ==, expected == NULL ? NULL : expected->uuid);
}

/* Does what virsh snapshot-revert does. */
static void
go_back(FirnTestDomainRig *rig, const char *name)
{
    virDomainSnapshotPtr snapshot = virDomainSnapshotLookupByName(rig->domain, name, 0);

    g_assert_cmpint(virDomainRevertToSnapshot(snapshot, 0), ==, 0);
    virDomainSnapshotFree(snapshot);
}

static void
make_foreign(FirnTestDomainRig *rig, const char *name)
{
    g_autofree char *xml =
        g_strdup_printf("<domainsnapshot><name>%s</name></domainsnapshot>", name);
    virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML(rig->domain, xml, 0);

    g_assert_nonnull(snapshot);
    virDomainSnapshotFree(snapshot);
}

static FirnSnapshot *
make_unregistered(FirnTestDomainRig *rig, const char *name)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(&rig->job, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnJob) job = NULL;

    params->name = g_strdup(name);
    params->is_to_register = FALSE;
    job = firn_test_job_rig_create(&rig->job, params);
    g_assert_no_error(firn_job_get_error(job));
    return firn_catalogue_lookup(rig->job.rig.catalogue, name, NULL);
}

static void
test_nobody(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = NULL;
    g_autoptr(FirnSnapshot) b = NULL;

    assert_current(rig, NULL);
    a = firn_test_domain_rig_make(rig, "a");
    b = firn_test_domain_rig_make(rig, "b");
    assert_current(rig, b);
}

static void
test_gone_back(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(rig, "a");
    g_autoptr(FirnSnapshot) b = firn_test_domain_rig_make(rig, "b");

    go_back(rig, a->tag);
    assert_current(rig, a);
    go_back(rig, b->tag);
    assert_current(rig, b);
}

/* Without a comparison in between. */
static void
test_next_one(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(rig, "a");
    g_autoptr(FirnSnapshot) b = firn_test_domain_rig_make(rig, "b");
    g_autoptr(FirnSnapshot) c = NULL;

    go_back(rig, a->tag);
    c = firn_test_domain_rig_make(rig, "c");
    g_assert_cmpstr(c->parent, ==, a->uuid);
    g_assert_cmpstr(b->parent, ==, a->uuid);
}

/* A snapshot that virsh makes below one of firn's does not change firn's current snapshot. */
static void
test_foreign_child(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(rig, "a");
    g_autoptr(FirnSnapshot) b = NULL;

    make_foreign(rig, "theirs");
    assert_current(rig, a);
    b = firn_test_domain_rig_make(rig, "b");
    go_back(rig, "theirs");
    assert_current(rig, a);
}

static void
test_foreign_root(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = NULL;

    make_foreign(rig, "theirs");
    a = firn_test_domain_rig_make(rig, "a");
    assert_current(rig, a);
    go_back(rig, "theirs");
    assert_current(rig, NULL);
}

/* libvirt cannot have left a snapshot that it does not list. */
static void
test_unregistered(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = make_unregistered(rig, "a");
    g_autoptr(FirnSnapshot) b = NULL;
    g_autoptr(FirnSnapshot) c = NULL;

    assert_current(rig, a);
    b = firn_test_domain_rig_make(rig, "b");
    c = make_unregistered(rig, "c");
    assert_current(rig, c);
}

/* Does what a restore does when libvirt is not told. */
static void
move(FirnTestDomainRig *rig, const FirnSnapshot *to)
{
    g_assert_true(FIRN_TEST_SET(rig->job.rig.catalogue,
                                NULL,
                                firn_catalogue_transaction_restore(change, to->uuid, NULL)));
    firn_current_snapshot_note_divergence(rig->job.rig.vm);
}

/* firn has restored a snapshot that libvirt does not list, and libvirt keeps its former current
 * snapshot. */
static void
test_unregistered_gone_back(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = make_unregistered(rig, "a");
    g_autoptr(FirnSnapshot) b = firn_test_domain_rig_make(rig, "b");
    g_autoptr(FirnSnapshot) c = firn_test_domain_rig_make(rig, "c");
    g_autoptr(FirnSnapshot) d = NULL;

    move(rig, a);
    assert_current(rig, a);
    assert_current(rig, a);
    /* A real restore by another tool. */
    go_back(rig, b->tag);
    assert_current(rig, b);
    go_back(rig, c->tag);
    assert_current(rig, c);
    /* libvirt is told of the next snapshot. */
    move(rig, a);
    d = firn_test_domain_rig_make(rig, "d");
    g_assert_cmpstr(d->parent, ==, a->uuid);
    assert_current(rig, d);
    go_back(rig, c->tag);
    assert_current(rig, c);
}

/* Records a snapshot made with libvirt, as firn adopt does. */
static FirnSnapshot *
adopt(FirnTestDomainRig *rig, const char *name, const char *parent)
{
    FirnSnapshot *record = firn_snapshot_new(name, parent, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(GError) error = NULL;

    make_foreign(rig, name);
    g_free(record->tag);
    record->tag = g_strdup(name);
    record->is_adopted = TRUE;
    record->is_to_register = TRUE;
    firn_snapshot_add_disk(record, "vda", "qcow2", rig->images[0], 1024 * 1024);
    FIRN_TEST_CHANGE(rig->job.rig.catalogue, &error, add, record);
    g_assert_no_error(error);
    return record;
}

/* firn has restored it, and libvirt is told. */
static void
test_adopted(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = adopt(rig, "theirs-a", NULL);
    g_autoptr(FirnSnapshot) b = adopt(rig, "theirs-b", a->uuid);

    assert_current(rig, b);
    g_assert_true(FIRN_TEST_SET(rig->job.rig.catalogue,
                                NULL,
                                firn_catalogue_transaction_set_current(change, a->uuid)));
    g_assert_true(firn_snapshot_registry_add(rig->job.rig.vm, a, NULL));
    assert_current(rig, a);
}

static void
add(const char *path, void (*test)(FirnTestDomainRig *, gconstpointer))
{
    g_test_add(path,
               FirnTestDomainRig,
               NULL,
               firn_test_domain_rig_set_up,
               test,
               firn_test_domain_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/job/current-mark/nobody", test_nobody);
    add("/job/current-mark/gone-back", test_gone_back);
    add("/job/current-mark/next-one", test_next_one);
    add("/job/current-mark/foreign/child", test_foreign_child);
    add("/job/current-mark/foreign/root", test_foreign_root);
    add("/job/current-mark/unregistered", test_unregistered);
    add("/job/current-mark/unregistered/gone-back", test_unregistered_gone_back);
    add("/job/current-mark/adopted", test_adopted);
    return g_test_run();
}
