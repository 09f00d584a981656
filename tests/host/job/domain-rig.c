/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-rig.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#include "disk-image.h"
#include "last-run.h"
#include "qcow2-backend.h"
#include "verify-job.h"

#define URI         "test:///default"
#define PATIENCE_US (10 * G_USEC_PER_SEC)

static void
on_opened(FirnLibvirtConnection *link, gpointer queue)
{
    g_async_queue_push(queue, link);
}

static void
open_link(gpointer data)
{
    FirnTestDomainRig *fixture = data;

    fixture->link = firn_libvirt_connection_new(URI);
    g_signal_connect(fixture->link, "opened", G_CALLBACK(on_opened), fixture->news);
    firn_libvirt_connection_start(fixture->link);
}

static char *
define_images(FirnTestDomainRig *fixture)
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
define_domain(FirnTestDomainRig *fixture)
{
    g_autofree char *disks = define_images(fixture);
    g_autofree char *xml =
        g_strdup_printf("<domain type='test'><name>web1</name><uuid>" FIRN_TEST_DOMAIN_UUID
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
    FirnTestDomainRig *fixture = data;
    FirnTestJobRig *job = &fixture->job;

    job->rig.vm = firn_libvirt_vm_new(fixture->link, fixture->facts, job->rig.catalogue);
    firn_libvirt_vm_update(FIRN_LIBVIRT_VM(job->rig.vm), fixture->facts);
    firn_vm_keep_notes(job->rig.vm, job->leases, job->journal);
    job->jobs = firn_jobs_new(NULL);
}

static char *
dup_path(FirnTestDomainRig *fixture, const char *name)
{
    return g_build_filename(fixture->job.rig.folder, name, NULL);
}

void
firn_test_domain_rig_set_up(FirnTestDomainRig *fixture, gconstpointer data)
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
    job->rig.catalogue = firn_catalogue_open(catalogue, FIRN_TEST_DOMAIN_UUID, "web1", &profile);
    job->leases = firn_state_dir_new(leases, FIRN_DURABILITY_WHOLE);
    job->journal = firn_journal_open(intents);
    job->backend = firn_qcow2_backend_new();
    job->ended = g_async_queue_new();
    firn_test_loop_thread_call(make_vm, fixture);
    firn_last_run_note_revert(job->rig.vm, FIRN_RUN_END_SHUT_DOWN);
}

static void
let_go(gpointer data)
{
    FirnTestDomainRig *fixture = data;
    FirnTestJobRig *job = &fixture->job;

    g_clear_object(&job->jobs);
    g_clear_object(&job->rig.vm);
    g_clear_object(&job->backend);
    g_clear_object(&job->journal);
    g_clear_object(&job->rig.catalogue);
    g_clear_pointer(&job->leases, firn_state_dir_unref);
    firn_libvirt_connection_stop(fixture->link);
    g_clear_object(&fixture->link);
}

void
firn_test_domain_rig_tear_down(FirnTestDomainRig *fixture, gconstpointer data)
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

FirnSnapshot *
firn_test_domain_rig_make(FirnTestDomainRig *fixture, const char *name)
{
    g_autofree char *uuid = firn_test_job_rig_snapshot(&fixture->job, name);

    return firn_catalogue_lookup(fixture->job.rig.catalogue, uuid, NULL);
}

gboolean
firn_test_domain_rig_is_listed(FirnTestDomainRig *fixture, const char *tag)
{
    virDomainSnapshotPtr listed = virDomainSnapshotLookupByName(fixture->domain, tag, 0);

    if (listed != NULL)
        virDomainSnapshotFree(listed);
    return listed != NULL;
}

void
firn_test_domain_rig_list(FirnTestDomainRig *fixture, const char *name, const char *more)
{
    char *definition = virDomainGetXMLDesc(fixture->domain, 0);
    g_autofree char *xml = g_strdup_printf("<domainsnapshot><name>%s</name>%s%s</domainsnapshot>",
                                           name,
                                           more,
                                           definition);
    virDomainSnapshotPtr made = virDomainSnapshotCreateXML(fixture->domain,
                                                           xml,
                                                           VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
                                                               VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT);

    free(definition);
    if (made == NULL)
        g_error("libvirt does not list %s: %s", name, virGetLastErrorMessage());
    virDomainSnapshotFree(made);
}

void
firn_test_domain_rig_run_tool(FirnTestDomainRig *fixture, const char *option, const char *tag)
{
    for (guint i = 0; i < G_N_ELEMENTS(fixture->images); i++)
        g_free(firn_test_disk_image_run("qemu-img",
                                        "snapshot",
                                        option,
                                        tag,
                                        fixture->images[i],
                                        NULL));
}

typedef struct {
    FirnTestJobRig *rig; /* (unowned) */
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
    Start *start = data;
    FirnTestJobRig *rig = start->rig;

    start->job = g_object_ref(
        firn_verify_job_start(rig->jobs, rig->rig.vm, rig->backend, start->is_repair, 0, NULL));
    g_signal_connect(start->job, "completed", G_CALLBACK(on_completed), rig->ended);
}

void
firn_test_domain_rig_assert_verified(FirnTestDomainRig *fixture,
                                     gboolean is_repair,
                                     const char *expected)
{
    Start start = {&fixture->job, is_repair, NULL};
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GVariant) findings = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    GVariantIter iter;
    const char *state, *subject, *disks, *remedy;

    firn_test_loop_thread_call(start_verify, &start);
    firn_test_job_rig_end(&fixture->job);
    g_assert_no_error(firn_job_get_error(start.job));
    result = firn_job_dup_result(start.job);
    findings =
        g_variant_lookup_value(result, "findings", G_VARIANT_TYPE(FIRN_VERIFY_FINDINGS_TYPE));
    g_variant_iter_init(&iter, findings);
    while (g_variant_iter_next(&iter, "(&s&s&s&s)", &state, &subject, &disks, &remedy)) {
        g_test_message("%s %s: %s: %s", state, subject, disks, remedy);
        g_string_append_printf(text, "%s=%s ", subject, state);
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_object_unref(start.job);
}

gboolean
firn_test_domain_rig_lists(FirnTestDomainRig *fixture, const FirnSnapshot *snapshot)
{
    return firn_test_domain_rig_is_listed(fixture, snapshot->tag);
}
