/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-snapshots.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue-change.h"
#include "host-error.h"
#include "libvirt-connection.h"
#include "scratch-dir.h"

/* libvirt's test driver lists snapshots like QEMU's, with no data behind them. */
#define URI  "test:///default"
#define UUID "11111111-1111-4222-8333-123456789abc"
#define DEFINITION                                                                                 \
    "<domain type='test'><name>web1</name><uuid>" UUID "</uuid><memory>8192</memory>"              \
    "<os><type>hvm</type></os><devices>"                                                           \
    "<disk type='file'><driver name='qemu' type='qcow2'/><source file='/a.qcow2'/>"                \
    "<target dev='vda' bus='virtio'/></disk>"                                                      \
    "<disk type='file'><driver name='qemu' type='qcow2'/><source file='/b.qcow2'/>"                \
    "<target dev='vdb' bus='virtio'/></disk></devices></domain>"

typedef struct {
    FirnTestScratchDir *dir;  /* (owned) */
    FirnCatalogue *catalogue; /* (owned) */
    virConnectPtr connection;
    virDomainPtr domain;
    FirnSendOrder *order;   /* (owned) */
    FirnSendPermit *permit; /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy profile = {.max_snapshots = 10};
    g_autofree char *path = NULL;

    fixture->dir = firn_test_scratch_dir_new();
    path = g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "catalogue", NULL);
    fixture->catalogue = firn_catalogue_open(path, UUID, "web1", &profile);
    fixture->connection = virConnectOpen(URI);
    fixture->domain = virDomainDefineXML(fixture->connection, DEFINITION);
    g_assert_nonnull(fixture->domain);
    fixture->order = firn_send_order_new(0);
    fixture->permit = firn_send_permit_new(fixture->order, TRUE, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_send_permit_free(fixture->permit);
    firn_send_order_unref(fixture->order);
    virDomainUndefineFlags(fixture->domain, VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA);
    virDomainFree(fixture->domain);
    virConnectClose(fixture->connection);
    g_object_unref(fixture->catalogue);
    firn_test_scratch_dir_free(fixture->dir);
}

/* A snapshot in the catalogue below the current one, not registered. */
static FirnSnapshot *
record(Fixture *fixture, const char *name)
{
    g_autofree char *parent = firn_catalogue_dup_current(fixture->catalogue);
    g_autoptr(GError) error = NULL;
    FirnSnapshot *snapshot =
        firn_snapshot_new(name, parent, firn_evidence_new(FIRN_QUIESCE_REQUIRE));

    snapshot->created_us = G_GINT64_CONSTANT(1700000000123456);
    snapshot->definition = g_strdup(DEFINITION);
    snapshot->is_to_register = TRUE;
    firn_snapshot_add_disk(snapshot, "vda", "qcow2", "/a.qcow2", 1);
    firn_snapshot_add_disk(snapshot, "vdb", "qcow2", "/b.qcow2", 1);
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, &error, add, snapshot));
    g_assert_no_error(error);
    return snapshot;
}

static void
list(Fixture *fixture, const FirnSnapshot *snapshot)
{
    g_autoptr(GError) error = NULL;

    firn_libvirt_snapshots_register(fixture->domain,
                                    fixture->permit,
                                    fixture->catalogue,
                                    snapshot,
                                    &error);
    g_assert_no_error(error);
}

/* Compares libvirt's description of the snapshot. */
static void
assert_says(Fixture *fixture, const FirnSnapshot *snapshot, const char *expected)
{
    virDomainSnapshotPtr listed = virDomainSnapshotLookupByName(fixture->domain, snapshot->tag, 0);
    char *xml = virDomainSnapshotGetXMLDesc(listed, 0);

    g_test_message("%s", xml);
    g_assert_nonnull(strstr(xml, expected));
    virDomainSnapshotFree(listed);
    free(xml);
}

static char *
dup_parent(Fixture *fixture, const FirnSnapshot *snapshot)
{
    virDomainSnapshotPtr listed = virDomainSnapshotLookupByName(fixture->domain, snapshot->tag, 0);
    virDomainSnapshotPtr parent = virDomainSnapshotGetParent(listed, 0);
    char *name = parent == NULL ? NULL : g_strdup(virDomainSnapshotGetName(parent));

    if (parent != NULL)
        virDomainSnapshotFree(parent);
    virDomainSnapshotFree(listed);
    return name;
}

static void
assert_parent(Fixture *fixture, const FirnSnapshot *snapshot, const FirnSnapshot *expected)
{
    g_autofree char *parent = dup_parent(fixture, snapshot);

    g_assert_cmpstr(parent, ==, expected == NULL ? NULL : expected->tag);
}

static void
assert_current(Fixture *fixture, const FirnSnapshot *expected)
{
    virDomainSnapshotPtr current = virDomainSnapshotCurrent(fixture->domain, 0);

    g_assert_nonnull(current);
    g_assert_cmpstr(virDomainSnapshotGetName(current), ==, expected->tag);
    virDomainSnapshotFree(current);
}

static void
assert_listed(Fixture *fixture, guint count, const FirnSnapshot *one, gboolean is_listed)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) tags = firn_libvirt_snapshots_list(fixture->domain, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(g_strv_length(tags), ==, count);
    g_assert_cmpint(g_strv_contains((const char *const *)tags, one->tag), ==, is_listed);
}

static void
test_whole(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = record(fixture, "a");

    assert_listed(fixture, 0, snapshot, FALSE);
    list(fixture, snapshot);
    assert_listed(fixture, 1, snapshot, TRUE);
    assert_says(fixture, snapshot, "<state>shutoff</state>");
    assert_says(fixture, snapshot, "<creationTime>1700000000</creationTime>");
    assert_says(fixture, snapshot, "<disk name='vdb' snapshot='internal'/>");
    assert_says(fixture, snapshot, "<source file='/a.qcow2'/>");
    assert_parent(fixture, snapshot, NULL);
    assert_current(fixture, snapshot);
}

/* libvirt would revert the domain only in part, so it is described as one to which libvirt refuses
 * to revert. */
static void
test_partial(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(GError) error = NULL;

    snapshot->definition = g_strdup(DEFINITION);
    firn_snapshot_add_disk(snapshot, "vda", "qcow2", "/a.qcow2", 1);
    g_ptr_array_add(snapshot->excluded, g_strdup("vdb"));
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, &error, add, snapshot));
    list(fixture, snapshot);
    assert_says(fixture, snapshot, "<state>disk-snapshot</state>");
    assert_says(fixture, snapshot, "<disk name='vda' snapshot='internal'");
    assert_says(fixture, snapshot, "<disk name='vdb' snapshot='no'/>");
}

static void
test_comment(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = record(fixture, "a");

    g_free(snapshot->comment);
    snapshot->comment = g_strdup("6.1 -> 6.12 & </description>");
    list(fixture, snapshot);
    assert_says(fixture,
                snapshot,
                "<description>6.1 -&gt; 6.12 &amp; &lt;/description&gt;</description>");
}

static void
test_again(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = record(fixture, "a");
    g_autoptr(FirnSnapshot) b = record(fixture, "b");

    list(fixture, a);
    list(fixture, b);
    list(fixture, a);
    assert_listed(fixture, 2, a, TRUE);
    assert_parent(fixture, b, a);
    assert_current(fixture, b);
}

static void
test_parent_not_listed(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = record(fixture, "a");
    g_autoptr(FirnSnapshot) b = record(fixture, "b");
    g_autoptr(FirnSnapshot) c = record(fixture, "c");

    list(fixture, a);
    list(fixture, c);
    assert_listed(fixture, 2, b, FALSE);
    assert_parent(fixture, c, a);
}

static void
test_no_definition(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = record(fixture, "a");
    g_autoptr(GError) error = NULL;

    g_clear_pointer(&snapshot->definition, g_free);
    g_assert_false(firn_libvirt_snapshots_register(fixture->domain,
                                                   fixture->permit,
                                                   fixture->catalogue,
                                                   snapshot,
                                                   &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    assert_listed(fixture, 0, snapshot, FALSE);
}

/* A transient domain has only a live definition. */
static void
test_live_definition(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = record(fixture, "a");

    snapshot->live_definition = g_steal_pointer(&snapshot->definition);
    list(fixture, snapshot);
    assert_listed(fixture, 1, snapshot, TRUE);
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = record(fixture, "a");
    g_autoptr(GError) error = NULL;

    g_free(snapshot->definition);
    snapshot->definition = g_strdup("<domain/>");
    g_assert_false(firn_libvirt_snapshots_register(fixture->domain,
                                                   fixture->permit,
                                                   fixture->catalogue,
                                                   snapshot,
                                                   &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
}

static void
test_unregister(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = record(fixture, "a");
    g_autoptr(FirnSnapshot) b = record(fixture, "b");
    g_autoptr(FirnSnapshot) c = record(fixture, "c");
    g_autoptr(GError) error = NULL;

    list(fixture, a);
    list(fixture, b);
    list(fixture, c);
    g_assert_true(
        firn_libvirt_snapshots_unregister(fixture->domain, fixture->permit, b->tag, &error));
    assert_listed(fixture, 2, b, FALSE);
    assert_parent(fixture, c, a);
    /* Unregistering is idempotent. */
    g_assert_true(
        firn_libvirt_snapshots_unregister(fixture->domain, fixture->permit, b->tag, &error));
    g_assert_no_error(error);
}

/* As virsh snapshot-create-as does; libvirt's test driver stores the XML as given. */
static void
make_foreign(Fixture *fixture, const char *name, const char *more)
{
    g_autofree char *xml =
        g_strdup_printf("<domainsnapshot><name>%s</name>%s</domainsnapshot>", name, more);
    virDomainSnapshotPtr made = virDomainSnapshotCreateXML(fixture->domain, xml, 0);

    g_assert_nonnull(made);
    virDomainSnapshotFree(made);
}

static GPtrArray *
list_others(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *others =
        firn_libvirt_snapshots_list_others(fixture->domain, fixture->catalogue, &error);

    g_assert_no_error(error);
    return others;
}

static void
test_others(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) nobody = list_others(fixture);
    g_autoptr(FirnSnapshot) own = record(fixture, "a");
    g_autoptr(GPtrArray) others = NULL;
    const FirnListedSnapshot *first, *second;

    list(fixture, own);
    make_foreign(fixture, "nightly", "<description>of cron</description>");
    make_foreign(fixture, "weekly", "");
    others = list_others(fixture);
    g_assert_cmpuint(nobody->len, ==, 0);
    g_assert_cmpuint(others->len, ==, 2);
    first = firn_listed_snapshots_find(others, "nightly");
    second = firn_listed_snapshots_find(others, "weekly");
    g_assert_cmpstr(first->parent, ==, own->tag);
    g_assert_cmpstr(first->description, ==, "of cron");
    g_assert_cmpstr(second->parent, ==, "nightly");
    g_assert_nonnull(strstr(second->definition, "/a.qcow2"));
}

static FirnSnapshot *
make_adopted(Fixture *fixture, gboolean has_vm_state)
{
    FirnSnapshot *snapshot = record(fixture, "a");

    snapshot->is_adopted = TRUE;
    snapshot->has_vm_state = has_vm_state;
    snapshot->live_definition = g_strdup(DEFINITION);
    return snapshot;
}

/* A revert to it starts the domain from its RAM, so it is described as what it is. */
static void
test_adopted_with_memory(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = make_adopted(fixture, TRUE);

    list(fixture, snapshot);
    assert_says(fixture, snapshot, "<state>running</state>");
    assert_says(fixture, snapshot, "<memory snapshot='internal'/>");
    assert_says(fixture, snapshot, "<inactiveDomain");
}

static void
test_adopted_while_paused(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = make_adopted(fixture, TRUE);

    snapshot->evidence->run_state = g_strdup("paused");
    list(fixture, snapshot);
    assert_says(fixture, snapshot, "<state>paused</state>");
}

/* RAM without its domain's definition is not registered. */
static void
test_adopted_without_domain(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = make_adopted(fixture, TRUE);
    g_autoptr(GError) error = NULL;

    g_clear_pointer(&snapshot->live_definition, g_free);
    g_assert_false(firn_libvirt_snapshots_register(fixture->domain,
                                                   fixture->permit,
                                                   fixture->catalogue,
                                                   snapshot,
                                                   &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
}

static void
test_adopted_and_listed(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = make_adopted(fixture, FALSE);

    g_free(snapshot->tag);
    snapshot->tag = g_strdup("nightly");
    make_foreign(fixture, "nightly", "<description>of cron</description>");
    list(fixture, snapshot);
    assert_says(fixture, snapshot, "<description>of cron</description>");
}

static void
say_nothing(void *data, virErrorPtr error)
{
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
    virSetErrorFunc(NULL, say_nothing);
    add("/vm/libvirt-snapshots/register/whole", test_whole);
    add("/vm/libvirt-snapshots/register/partial", test_partial);
    add("/vm/libvirt-snapshots/register/comment", test_comment);
    add("/vm/libvirt-snapshots/register/again", test_again);
    add("/vm/libvirt-snapshots/register/parent-not-listed", test_parent_not_listed);
    add("/vm/libvirt-snapshots/register/no-definition", test_no_definition);
    add("/vm/libvirt-snapshots/register/live-definition", test_live_definition);
    add("/vm/libvirt-snapshots/register/refused", test_refused);
    add("/vm/libvirt-snapshots/register/adopted-with-memory", test_adopted_with_memory);
    add("/vm/libvirt-snapshots/register/adopted-while-paused", test_adopted_while_paused);
    add("/vm/libvirt-snapshots/register/adopted-without-domain", test_adopted_without_domain);
    add("/vm/libvirt-snapshots/register/adopted-and-listed", test_adopted_and_listed);
    add("/vm/libvirt-snapshots/unregister", test_unregister);
    add("/vm/libvirt-snapshots/others", test_others);
    return g_test_run();
}
