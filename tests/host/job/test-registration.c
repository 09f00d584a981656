/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libvirt/libvirt.h>
#include <stdlib.h>
#include <string.h>

#include "disk-image.h"
#include "host-error.h"
#include "job-rig.h"
#include "libvirt-vm.h"
#include "qcow2-backend.h"
#include "recover.h"
#include "verify-job.h"

/* A domain of libvirt's driver for tests, which is off: its images are real, and so is the list of
 * its snapshots. */
#define URI         "test:///default"
#define UUID        "11111111-1111-4222-8333-123456789abc"
#define PATIENCE_US (10 * G_USEC_PER_SEC)

typedef struct {
    FirnTestJobRig job;
    FirnLibvirtLink *link;  /* (owned) */
    GAsyncQueue *news;      /* (owned) something when the link is open */
    char *images[2];        /* (owned) */
    FirnDomainFacts *facts; /* (owned) */
    virConnectPtr connection;
    virDomainPtr domain;
} Fixture;

static void
on_opened(FirnLibvirtLink *link, gpointer queue)
{
    g_async_queue_push(queue, link);
}

static void
open_link(gpointer data)
{
    Fixture *fixture = data;

    fixture->link = firn_libvirt_link_new(URI);
    g_signal_connect(fixture->link, "opened", G_CALLBACK(on_opened), fixture->news);
    firn_libvirt_link_start(fixture->link);
}

static char *
define_images(Fixture *fixture)
{
    GString *disks = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(fixture->images); i++) {
        char *path = g_strdup_printf("%s/vd%c.qcow2", fixture->job.rig.folder, 'a' + i);
        g_autofree char *output =
            firn_test_disk_image_run("qemu-img", "create", "-q", "-f", "qcow2", path, "1M", NULL);

        fixture->images[i] = path;
        g_string_append_printf(disks,
                               "<disk type='file'><driver name='qemu' type='qcow2'/>"
                               "<source file='%s'/><target dev='vd%c' bus='virtio'/></disk>",
                               path,
                               'a' + i);
    }
    return g_string_free(disks, FALSE);
}

static void
define_domain(Fixture *fixture)
{
    g_autofree char *disks = define_images(fixture);
    g_autofree char *xml = g_strdup_printf("<domain type='test'><name>web1</name><uuid>" UUID
                                           "</uuid><memory>8192</memory><os><type>hvm</type></os>"
                                           "<devices>%s</devices></domain>",
                                           disks);

    fixture->connection = virConnectOpen(URI);
    fixture->domain = virDomainDefineXML(fixture->connection, xml);
    g_assert_nonnull(fixture->domain);
    fixture->facts = firn_domain_facts_read(fixture->domain);
}

static void
make_vm(gpointer data)
{
    Fixture *fixture = data;
    FirnTestJobRig *job = &fixture->job;

    job->rig.vm = firn_libvirt_vm_new(fixture->link, fixture->facts, job->rig.catalogue);
    firn_libvirt_vm_update(FIRN_LIBVIRT_VM(job->rig.vm), fixture->facts);
    firn_vm_keep_notes(job->rig.vm, job->leases, job->journal);
    job->jobs = firn_jobs_new();
}

static char *
dup_path(Fixture *fixture, const char *name)
{
    return g_build_filename(fixture->job.rig.folder, name, NULL);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy profile = {.max_snapshots = 10};
    FirnTestJobRig *job = &fixture->job;
    g_autofree char *catalogue = NULL;
    g_autofree char *leases = NULL;
    g_autofree char *intents = NULL;

    job->rig.loop = firn_test_loop_thread_start();
    job->rig.dir = firn_test_scratch_dir_new();
    job->rig.folder = firn_test_scratch_dir_get_path(job->rig.dir);
    fixture->news = g_async_queue_new();
    firn_test_loop_thread_call(open_link, fixture);
    g_assert_nonnull(g_async_queue_timeout_pop(fixture->news, PATIENCE_US));
    define_domain(fixture);
    catalogue = dup_path(fixture, "catalogue");
    leases = dup_path(fixture, "leases");
    intents = dup_path(fixture, "journal");
    job->rig.catalogue = firn_catalogue_open(catalogue, UUID, "web1", &profile);
    job->leases = firn_state_dir_new(leases, FIRN_DURABILITY_WHOLE);
    job->journal = firn_journal_open(intents);
    job->backend = firn_qcow2_backend_new();
    job->ended = g_async_queue_new();
    firn_test_loop_thread_call(make_vm, fixture);
}

static void
let_go(gpointer data)
{
    Fixture *fixture = data;
    FirnTestJobRig *job = &fixture->job;

    g_clear_object(&job->jobs);
    g_clear_object(&job->rig.vm);
    g_clear_object(&job->backend);
    g_clear_object(&job->journal);
    g_clear_object(&job->rig.catalogue);
    g_clear_pointer(&job->leases, firn_state_dir_unref);
    firn_libvirt_link_stop(fixture->link);
    g_clear_object(&fixture->link);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    virDomainUndefineFlags(fixture->domain, VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA);
    virDomainFree(fixture->domain);
    virConnectClose(fixture->connection);
    firn_domain_facts_free(fixture->facts);
    firn_test_loop_thread_call(let_go, fixture);
    firn_test_loop_thread_stop(fixture->job.rig.loop);
    firn_test_scratch_dir_free(fixture->job.rig.dir);
    g_async_queue_unref(fixture->job.ended);
    g_async_queue_unref(fixture->news);
    for (guint i = 0; i < G_N_ELEMENTS(fixture->images); i++)
        g_free(fixture->images[i]);
}

static FirnSnapshot *
make(Fixture *fixture, const char *name)
{
    g_autofree char *uuid = firn_test_job_rig_snapshot(&fixture->job, name);

    return firn_catalogue_lookup(fixture->job.rig.catalogue, uuid, NULL);
}

static gboolean
is_listed(Fixture *fixture, const FirnSnapshot *snapshot)
{
    virDomainSnapshotPtr listed = virDomainSnapshotLookupByName(fixture->domain, snapshot->tag, 0);

    if (listed != NULL)
        virDomainSnapshotFree(listed);
    return listed != NULL;
}

/* As somebody who asks virsh. */
static void
take_off(Fixture *fixture, const FirnSnapshot *snapshot)
{
    virDomainSnapshotPtr listed = virDomainSnapshotLookupByName(fixture->domain, snapshot->tag, 0);

    g_assert_cmpint(virDomainSnapshotDelete(listed, VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY),
                    ==,
                    0);
    virDomainSnapshotFree(listed);
}

/* As somebody who asks qemu-img. */
static void
lose(Fixture *fixture, const FirnSnapshot *snapshot)
{
    for (guint i = 0; i < G_N_ELEMENTS(fixture->images); i++) {
        g_autofree char *output = firn_test_disk_image_run("qemu-img",
                                                           "snapshot",
                                                           "-d",
                                                           snapshot->tag,
                                                           fixture->images[i],
                                                           NULL);
    }
}

typedef struct {
    Fixture *fixture;
    gboolean is_repair;
    FirnJob *job; /* (owned) */
} Start;

static void
on_completed(FirnJob *job, gpointer queue)
{
    g_async_queue_push(queue, job);
}

static void
start_verify(gpointer data)
{
    Start *self = data;
    FirnTestJobRig *rig = &self->fixture->job;

    self->job = g_object_ref(
        firn_verify_job_start(rig->jobs, rig->rig.vm, rig->backend, self->is_repair, 0, NULL));
    g_signal_connect(self->job, "completed", G_CALLBACK(on_completed), rig->ended);
}

static void
assert_verified(Fixture *fixture, gboolean is_repair, const char *expected)
{
    Start self = {fixture, is_repair, NULL};
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GVariant) findings = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    GVariantIter iter;
    const char *state, *subject, *remedy;

    firn_test_loop_thread_call(start_verify, &self);
    firn_test_job_rig_end(&fixture->job);
    g_assert_no_error(firn_job_get_error(self.job));
    result = firn_job_dup_result(self.job);
    findings =
        g_variant_lookup_value(result, "findings", G_VARIANT_TYPE(FIRN_VERIFY_FINDINGS_TYPE));
    g_variant_iter_init(&iter, findings);
    while (g_variant_iter_next(&iter, "(&s&s&s&s)", &state, &subject, NULL, &remedy)) {
        g_test_message("%s %s: %s", state, subject, remedy);
        g_string_append_printf(text, "%s=%s ", subject, state);
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_object_unref(self.job);
}

static void
test_create(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = make(fixture, "a");
    g_autoptr(FirnSnapshot) b = make(fixture, "b");
    virDomainSnapshotPtr current = virDomainSnapshotCurrent(fixture->domain, 0);
    virDomainSnapshotPtr parent = virDomainSnapshotGetParent(current, 0);

    g_assert_cmpstr(virDomainSnapshotGetName(current), ==, b->tag);
    g_assert_cmpstr(virDomainSnapshotGetName(parent), ==, a->tag);
    g_assert_nonnull(strstr(a->definition, fixture->images[1]));
    g_assert_null(a->live_definition);
    g_assert_cmpint(a->verdict, ==, FIRN_VERDICT_OFFLINE);
    assert_verified(fixture, FALSE, "a=ok b=ok ");
    virDomainSnapshotFree(parent);
    virDomainSnapshotFree(current);
}

static FirnJob *
create(Fixture *fixture, const char *name, gboolean is_to_register)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(&fixture->job, FIRN_QUIESCE_REQUIRE);
    FirnJob *job;

    params->name = g_strdup(name);
    params->is_to_register = is_to_register;
    job = firn_test_job_rig_create(&fixture->job, params);
    g_assert_no_error(firn_job_get_error(job));
    return job;
}

static void
assert_warnings(FirnJob *job, guint expected)
{
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    g_auto(GStrv) warnings = NULL;

    g_assert_true(g_variant_lookup(result, "warnings", "^as", &warnings));
    for (guint i = 0; warnings[i] != NULL; i++)
        g_test_message("%s", warnings[i]);
    g_assert_cmpuint(g_strv_length(warnings), ==, expected);
}

static void
test_not_wanted(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = create(fixture, "a", FALSE);
    g_autoptr(FirnSnapshot) a = firn_catalogue_lookup(fixture->job.rig.catalogue, "a", NULL);

    assert_warnings(job, 0);
    g_assert_false(is_listed(fixture, a));
    assert_verified(fixture, TRUE, "a=ok ");
    g_assert_false(is_listed(fixture, a));
}

static gboolean
refuse(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_set_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED, "the list is full");
    return FALSE;
}

/* The snapshot is made all the same, and says so. */
static void
test_fails(Fixture *fixture, gconstpointer data)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(fixture->job.rig.vm);
    gboolean (*real)(FirnVm *, const FirnSnapshot *, GError **) = klass->register_snapshot;
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(FirnSnapshot) a = NULL;

    klass->register_snapshot = refuse;
    job = create(fixture, "a", TRUE);
    assert_warnings(job, 1);
    firn_test_job_rig_assert_intents(&fixture->job, "");
    assert_verified(fixture, FALSE, "a=unregistered ");
    assert_verified(fixture, TRUE, "a=unregistered ");
    klass->register_snapshot = real;
    assert_verified(fixture, TRUE, "a=repaired ");
    a = firn_catalogue_lookup(fixture->job.rig.catalogue, "a", NULL);
    g_assert_true(is_listed(fixture, a));
}

static void
test_taken_off(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = make(fixture, "a");
    g_autoptr(FirnSnapshot) b = make(fixture, "b");

    take_off(fixture, a);
    assert_verified(fixture, FALSE, "a=unregistered b=ok ");
    assert_verified(fixture, TRUE, "a=repaired b=ok ");
    g_assert_true(is_listed(fixture, a));
}

/* What no disk has is no longer listed when its record is dropped. */
static void
test_missing(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = make(fixture, "a");

    lose(fixture, a);
    assert_verified(fixture, FALSE, "a=missing ");
    g_assert_true(is_listed(fixture, a));
    assert_verified(fixture, TRUE, "a=repaired ");
    g_assert_false(is_listed(fixture, a));
}

static void
test_delete(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = make(fixture, "a");
    g_autoptr(FirnSnapshot) b = make(fixture, "b");
    g_autoptr(FirnJob) job = firn_test_job_rig_delete(&fixture->job, a->uuid, FIRN_DELETE_ONE);

    g_assert_no_error(firn_job_get_error(job));
    g_assert_false(is_listed(fixture, a));
    g_assert_true(is_listed(fixture, b));
    assert_verified(fixture, FALSE, "b=ok ");
}

static gboolean
refuse_unregistering(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    return refuse(vm, snapshot, error);
}

/* Nothing is listed that is half gone: what cannot be taken off the list stays. */
static void
test_delete_refused(Fixture *fixture, gconstpointer data)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(fixture->job.rig.vm);
    gboolean (*real)(FirnVm *, const FirnSnapshot *, GError **) = klass->unregister_snapshot;
    g_autoptr(FirnSnapshot) a = make(fixture, "a");
    g_autoptr(FirnJob) job = NULL;

    klass->unregister_snapshot = refuse_unregistering;
    job = firn_test_job_rig_delete(&fixture->job, a->uuid, FIRN_DELETE_ONE);
    klass->unregister_snapshot = real;
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_true(is_listed(fixture, a));
    firn_test_job_rig_assert_intents(&fixture->job, "");
    assert_verified(fixture, FALSE, "a=ok ");
}

/* firnd was killed between the record and the list. */
static void
test_recover(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = make(fixture, "a");
    g_autoptr(FirnIntent) intent = firn_intent_new(FIRN_INTENT_KIND_CREATE, UUID, "web1", a);
    g_autoptr(GError) error = NULL;
    FirnRecovery recovery;

    take_off(fixture, a);
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, &error));
    g_assert_true(
        firn_recover_intents(fixture->job.rig.vm, fixture->job.backend, &recovery, &error));
    g_assert_cmpuint(recovery.completed, ==, 1);
    firn_test_job_rig_assert_intents(&fixture->job, "");
    g_assert_true(is_listed(fixture, a));
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
    add("/job/registration/create", test_create);
    add("/job/registration/not-wanted", test_not_wanted);
    add("/job/registration/fails", test_fails);
    add("/job/registration/taken-off", test_taken_off);
    add("/job/registration/missing", test_missing);
    add("/job/registration/delete", test_delete);
    add("/job/registration/delete/refused", test_delete_refused);
    add("/job/registration/recover", test_recover);
    return g_test_run();
}
