/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "overlay.h"

#include <string.h>

#include "disk-image.h"
#include "domain-rig.h"
#include "host-error.h"

/* Another tool puts an overlay on vda's image of a domain that has a snapshot of firn. */
typedef struct {
    FirnTestDomainRig rig;
    FirnSnapshot *a; /* (owned) */
    char *overlay;   /* (owned) */
} Fixture;

static void
make_overlay(Fixture *fixture)
{
    fixture->overlay = g_build_filename(fixture->rig.job.rig.folder, "vda.ext", NULL);
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-f",
                                    "qcow2",
                                    "-b",
                                    fixture->rig.images[0],
                                    "-F",
                                    "qcow2",
                                    fixture->overlay,
                                    NULL));
}

/* The domain's vda is @path from now on. */
static void
set_disk(Fixture *fixture, const char *path)
{
    g_autofree char *xml = g_strdup_printf(
        "<domain type='test'><name>web1</name><uuid>" FIRN_TEST_DOMAIN_UUID "</uuid>"
        "<memory>8192</memory><os><type>hvm</type></os><devices>"
        "<disk type='file'><driver name='qemu' type='qcow2'/><source file='%s'/>"
        "<target dev='vda' bus='virtio'/></disk>"
        "<disk type='file'><driver name='qemu' type='qcow2'/><source file='%s'/>"
        "<target dev='vdb' bus='virtio'/></disk></devices></domain>",
        path,
        fixture->rig.images[1]);
    virDomainPtr domain = virDomainDefineXML(fixture->rig.connection, xml);

    g_assert_nonnull(domain);
    virDomainFree(domain);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_domain_rig_set_up(&fixture->rig, data);
    fixture->a = firn_test_domain_rig_make(&fixture->rig, "a");
    make_overlay(fixture);
    set_disk(fixture, fixture->overlay);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_free(fixture->overlay);
    firn_snapshot_unref(fixture->a);
    firn_test_domain_rig_tear_down(&fixture->rig, data);
}

static void
test_find(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(fixture->rig.job.rig.vm, NULL, NULL);
    const FirnDisk *found = NULL;
    g_autofree char *advice = NULL;

    g_assert_true(firn_overlay_find(disks, fixture->rig.images[0], &found, NULL));
    g_assert_cmpstr(found->target, ==, "vda");
    advice = firn_overlay_advise(fixture->rig.job.rig.vm, found);
    g_assert_nonnull(strstr(advice, "virsh blockcommit web1 vda --active --pivot"));
    g_assert_true(firn_overlay_find(disks, fixture->rig.images[1], &found, NULL));
    g_assert_null(found);
}

static void
assert_tags(Fixture *fixture, guint count)
{
    for (guint i = 0; i < G_N_ELEMENTS(fixture->rig.images); i++) {
        g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(fixture->rig.images[i]);

        g_assert_cmpuint(g_strv_length(tags), ==, count);
    }
}

/* Nothing is lost, neither on the other disk nor in libvirt's list. */
static void
test_delete(Fixture *fixture, gconstpointer data)
{
    FirnTestJobRig *job = &fixture->rig.job;
    g_autoptr(FirnJob) refused = firn_test_job_rig_delete(job, fixture->a->uuid, FIRN_DELETE_ONE);
    g_autoptr(FirnJob) merged = NULL;
    const GError *error = firn_job_get_error(refused);

    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_IMAGE_IN_USE);
    g_assert_nonnull(strstr(error->message, fixture->overlay));
    assert_tags(fixture, 1);
    g_assert_true(firn_test_domain_rig_is_listed(&fixture->rig, fixture->a->tag));
    firn_test_job_rig_assert_intents(job, "");
    firn_test_domain_rig_assert_verified(&fixture->rig, TRUE, "a=covered ");
    set_disk(fixture, fixture->rig.images[0]);
    firn_test_domain_rig_assert_verified(&fixture->rig, FALSE, "a=ok ");
    merged = firn_test_job_rig_delete(job, fixture->a->uuid, FIRN_DELETE_ONE);
    g_assert_no_error(firn_job_get_error(merged));
    assert_tags(fixture, 0);
}

/* libvirt lists snapshots of other tools, which cannot be found below the overlay. */
static void
test_listed_below(Fixture *fixture, gconstpointer data)
{
    firn_test_domain_rig_list(&fixture->rig,
                              "below",
                              "<state>shutoff</state><creationTime>1</creationTime>");
    firn_test_domain_rig_assert_verified(&fixture->rig, TRUE, "a=covered below=foreign ");
    g_assert_true(firn_test_domain_rig_is_listed(&fixture->rig, "below"));
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
    add("/job/overlay/find", test_find);
    add("/job/overlay/delete-below", test_delete);
    add("/job/overlay/listed-below", test_listed_below);
    return g_test_run();
}
