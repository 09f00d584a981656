/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "domain-rig.h"
#include "host-error.h"
#include "recover.h"
#include "snapshot-registry.h"

/* Does what virsh snapshot-delete --metadata does. */
static void
take_off(FirnTestDomainRig *fixture, const FirnSnapshot *snapshot)
{
    virDomainSnapshotPtr listed = virDomainSnapshotLookupByName(fixture->domain, snapshot->tag, 0);

    g_assert_cmpint(virDomainSnapshotDelete(listed, VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY),
                    ==,
                    0);
    virDomainSnapshotFree(listed);
}

static void
test_create(FirnTestDomainRig *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(fixture, "a");
    g_autoptr(FirnSnapshot) b = firn_test_domain_rig_make(fixture, "b");
    virDomainSnapshotPtr current = virDomainSnapshotCurrent(fixture->domain, 0);
    virDomainSnapshotPtr parent = virDomainSnapshotGetParent(current, 0);

    g_assert_cmpstr(virDomainSnapshotGetName(current), ==, b->tag);
    g_assert_cmpstr(virDomainSnapshotGetName(parent), ==, a->tag);
    g_assert_nonnull(strstr(a->definition, fixture->images[1]));
    g_assert_null(a->live_definition);
    g_assert_cmpint(a->verdict, ==, FIRN_VERDICT_OFFLINE);
    firn_test_domain_rig_assert_verified(fixture, FALSE, "a=ok b=ok ");
    virDomainSnapshotFree(parent);
    virDomainSnapshotFree(current);
}

static FirnJob *
create(FirnTestDomainRig *fixture, const char *name, gboolean is_to_register)
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
test_not_wanted(FirnTestDomainRig *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = create(fixture, "a", FALSE);
    g_autoptr(FirnSnapshot) a = firn_catalogue_lookup(fixture->job.rig.catalogue, "a", NULL);

    assert_warnings(job, 0);
    g_assert_false(firn_test_domain_rig_lists(fixture, a));
    firn_test_domain_rig_assert_verified(fixture, TRUE, "a=ok ");
    g_assert_false(firn_test_domain_rig_lists(fixture, a));
}

static gboolean
refuse(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_set_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED, "the list is full");
    return FALSE;
}

/* The snapshot is made all the same, with a warning. */
static void
test_fails(FirnTestDomainRig *fixture, gconstpointer data)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(fixture->job.rig.vm);
    const FirnSnapshotRegistry *real = klass->registry;
    FirnSnapshotRegistry refusing = *real;
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(FirnSnapshot) a = NULL;

    refusing.add = refuse;
    klass->registry = &refusing;
    job = create(fixture, "a", TRUE);
    assert_warnings(job, 1);
    firn_test_job_rig_assert_intents(&fixture->job, "");
    firn_test_domain_rig_assert_verified(fixture, FALSE, "a=unregistered ");
    firn_test_domain_rig_assert_verified(fixture, TRUE, "a=unregistered ");
    klass->registry = real;
    firn_test_domain_rig_assert_verified(fixture, TRUE, "a=repaired ");
    a = firn_catalogue_lookup(fixture->job.rig.catalogue, "a", NULL);
    g_assert_true(firn_test_domain_rig_lists(fixture, a));
}

static void
test_taken_off(FirnTestDomainRig *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(fixture, "a");
    g_autoptr(FirnSnapshot) b = firn_test_domain_rig_make(fixture, "b");

    take_off(fixture, a);
    firn_test_domain_rig_assert_verified(fixture, FALSE, "a=unregistered b=ok ");
    firn_test_domain_rig_assert_verified(fixture, TRUE, "a=repaired b=ok ");
    g_assert_true(firn_test_domain_rig_lists(fixture, a));
}

/* A snapshot that no disk has is no longer listed when its record is removed. */
static void
test_missing(FirnTestDomainRig *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(fixture, "a");

    firn_test_domain_rig_run_tool(fixture, "-d", a->tag);
    firn_test_domain_rig_assert_verified(fixture, FALSE, "a=missing ");
    g_assert_true(firn_test_domain_rig_lists(fixture, a));
    firn_test_domain_rig_assert_verified(fixture, TRUE, "a=repaired ");
    g_assert_false(firn_test_domain_rig_lists(fixture, a));
}

static void
test_delete(FirnTestDomainRig *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(fixture, "a");
    g_autoptr(FirnSnapshot) b = firn_test_domain_rig_make(fixture, "b");
    g_autoptr(FirnJob) job = firn_test_job_rig_delete(&fixture->job, a->uuid, FIRN_DELETE_ONE);

    g_assert_no_error(firn_job_get_error(job));
    g_assert_false(firn_test_domain_rig_lists(fixture, a));
    g_assert_true(firn_test_domain_rig_lists(fixture, b));
    firn_test_domain_rig_assert_verified(fixture, FALSE, "b=ok ");
}

static gboolean
refuse_unregistering(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    return refuse(vm, snapshot, error);
}

/* A partly deleted snapshot must not be listed: one that cannot be removed from the list is not
 * deleted. */
static void
test_delete_refused(FirnTestDomainRig *fixture, gconstpointer data)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(fixture->job.rig.vm);
    const FirnSnapshotRegistry *real = klass->registry;
    FirnSnapshotRegistry refusing = *real;
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(fixture, "a");
    g_autoptr(FirnJob) job = NULL;

    refusing.remove = refuse_unregistering;
    klass->registry = &refusing;
    job = firn_test_job_rig_delete(&fixture->job, a->uuid, FIRN_DELETE_ONE);
    klass->registry = real;
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_true(firn_test_domain_rig_lists(fixture, a));
    firn_test_job_rig_assert_intents(&fixture->job, "");
    firn_test_domain_rig_assert_verified(fixture, FALSE, "a=ok ");
}

/* firnd was killed between the record and the registration. */
static void
test_recover(FirnTestDomainRig *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(fixture, "a");
    g_autoptr(FirnIntent) intent =
        firn_intent_new(FIRN_INTENT_KIND_CREATE, firn_vm_get_uuid(fixture->job.rig.vm), "web1", a);
    g_autoptr(GError) error = NULL;
    FirnRecovery recovery;

    take_off(fixture, a);
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, &error));
    g_assert_true(
        firn_recover_intents(fixture->job.rig.vm, fixture->job.backend, NULL, &recovery, &error));
    g_assert_cmpuint(recovery.completed, ==, 1);
    firn_test_job_rig_assert_intents(&fixture->job, "");
    g_assert_true(firn_test_domain_rig_lists(fixture, a));
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
