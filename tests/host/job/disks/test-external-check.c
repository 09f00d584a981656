/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "external-check.h"

#include <string.h>

#include "domain-rig.h"
#include "snapshot-registry.h"

#define EXTERNAL                                                                                   \
    "<state>disk-snapshot</state><creationTime>1</creationTime>"                                   \
    "<disks><disk name='vda' snapshot='external' type='file'><source file='/srv/vda.%s'/></disk>"  \
    "<disk name='vdb' snapshot='no'/></disks>"

static void
list_external(FirnTestDomainRig *rig, const char *name)
{
    g_autofree char *disks = g_strdup_printf(EXTERNAL, name);

    firn_test_domain_rig_list(rig, name, disks);
}

/* The blockers of a VM's two disks, as "CODE of SUBJECT: MESSAGE; REMEDY" in lines, and how many
 * disks pass. */
static char *
check(FirnTestDomainRig *rig, GPtrArray *disks, guint *out_n_clean)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autoptr(GPtrArray) clean = firn_external_check(rig->job.rig.vm, disks, blockers);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < blockers->len; i++) {
        const FirnBlocker *one = blockers->pdata[i];

        g_test_message("%s of %s: %s; %s", one->code, one->subject, one->message, one->remedy);
        g_string_append_printf(text,
                               "%s of %s: %s; %s%s\n",
                               one->code,
                               one->subject,
                               one->message,
                               one->remedy,
                               one->disk == NULL ? "" : " (a disk)");
    }
    *out_n_clean = clean->len;
    return g_string_free(text, FALSE);
}

static void
test_none(FirnTestDomainRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(rig->job.rig.vm, NULL, NULL);
    g_autofree char *text = NULL;
    guint n_clean;

    firn_test_domain_rig_list(rig,
                              "internal",
                              "<state>shutoff</state><creationTime>1</creationTime>");
    text = check(rig, disks, &n_clean);
    g_assert_cmpstr(text, ==, "");
    g_assert_cmpuint(n_clean, ==, 2);
}

/* The files are merged, but the list still has the snapshots: deleting one there loses an image. */
static void
test_listed(FirnTestDomainRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(rig->job.rig.vm, NULL, NULL);
    g_autofree char *text = NULL;
    guint n_clean;

    list_external(rig, "ext1");
    list_external(rig, "ext2");
    text = check(rig, disks, &n_clean);
    g_assert_cmpuint(n_clean, ==, 1);
    g_assert_true(g_str_has_prefix(text, "ExternalSnapshot of disk vda: "));
    g_assert_nonnull(strstr(text, "ext1, ext2"));
    g_assert_nonnull(strstr(text, "virsh snapshot-delete web1 ext2 --metadata (a disk)"));
    g_assert_null(strstr(text, "vdb"));
}

static GPtrArray *
make_overlaid(FirnTestDomainRig *rig)
{
    GPtrArray *disks = firn_vm_list_disks(rig->job.rig.vm, NULL, NULL);
    FirnDisk *vda = disks->pdata[0];

    vda->backing_path = g_strdup("/srv/base.qcow2");
    return disks;
}

static void
test_overlay(FirnTestDomainRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = make_overlaid(rig);
    g_autofree char *unlisted = NULL, *listed = NULL;
    guint n_clean;

    unlisted = check(rig, disks, &n_clean);
    g_assert_cmpuint(n_clean, ==, 1);
    g_assert_true(g_str_has_prefix(unlisted, "BackingChain of disk vda: "));
    g_assert_nonnull(strstr(unlisted, "virsh blockcommit web1 vda --active --pivot"));
    g_assert_nonnull(strstr(unlisted, "unless others use /srv/base.qcow2"));
    list_external(rig, "ext1");
    listed = check(rig, disks, &n_clean);
    g_assert_nonnull(strstr(listed, "external snapshot ext1"));
    g_assert_nonnull(strstr(listed, "virsh snapshot-delete web1 ext1 --metadata"));
    g_assert_null(strstr(listed, "unless"));
}

/* Without an answer no disk passes. */
static GPtrArray *
fail_to_list(FirnVm *vm, GError **error)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "libvirt is away");
    return NULL;
}

static void
test_unknown(FirnTestDomainRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(rig->job.rig.vm, NULL, NULL);
    FirnVmClass *klass = FIRN_VM_GET_CLASS(rig->job.rig.vm);
    const FirnSnapshotRegistry *real = klass->registry;
    FirnSnapshotRegistry failing = *real;
    g_autofree char *text = NULL;
    guint n_clean;

    failing.list_others = fail_to_list;
    klass->registry = &failing;
    text = check(rig, disks, &n_clean);
    klass->registry = real;
    g_assert_cmpuint(n_clean, ==, 0);
    g_assert_true(g_str_has_prefix(text, "DisksUnknown of snapshots: libvirt is away"));
}

static void
test_create_refused(FirnTestDomainRig *rig, gconstpointer data)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(&rig->job, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnJob) job = NULL;

    list_external(rig, "ext1");
    job = firn_test_job_rig_create(&rig->job, params);
    g_assert_nonnull(firn_job_get_error(job));
    g_assert_nonnull(strstr(firn_job_get_error(job)->message, "external snapshot ext1"));
    g_assert_cmpuint(firn_catalogue_count(rig->job.rig.catalogue), ==, 0);
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
    add("/job/external-check/none", test_none);
    add("/job/external-check/listed", test_listed);
    add("/job/external-check/overlay", test_overlay);
    add("/job/external-check/unknown", test_unknown);
    add("/job/external-check/create-is-refused", test_create_refused);
    return g_test_run();
}
