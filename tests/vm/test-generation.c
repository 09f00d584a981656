/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "domain.h"
#include "vm-rig.h"

static const char *const with_generation[] = {"-device", "vmgenid,guid=auto", NULL};
static const FirnVmRigOptions options = {
    .guest = {.n_disks = 2, .extra = with_generation}
};
static const FirnVmRigOptions plain = {.guest = {.n_disks = 2}};

static char *
read_generation(FirnVmRig *rig)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply =
        firn_test_guest_qmp(rig->guest, "query-vm-generation-id", NULL, &error);

    g_assert_no_error(error);
    return g_strdup(json_object_get_string_member(json_node_get_object(reply), "guid"));
}

/* libvirt has its own element for it. */
static void
define_generation(FirnVmRig *rig)
{
    const char *path = firn_test_guest_get_path(rig->guest, "with-genid.xml");
    g_autofree char *xml = NULL;
    g_auto(GStrv) halves = NULL;
    g_autofree char *with = NULL;

    g_assert_cmpint(firn_test_domain_virsh(&xml, "dumpxml", "web1", "--inactive", NULL), ==, 0);
    halves = g_strsplit(xml, "</uuid>", 2);
    with = g_strjoinv("</uuid><genid/>", halves);
    g_assert_true(g_file_set_contents(path, with, -1, NULL));
    g_assert_cmpint(firn_test_domain_virsh(NULL, "define", path, NULL), ==, 0);
    firn_test_guest_quit(rig->guest);
    firn_test_guest_start(rig->guest, NULL);
    firn_test_guest_wait_ready(rig->guest);
}

static void
set_up(FirnVmRig *rig, gconstpointer way)
{
    firn_vm_rig_set_up(rig, firn_test_domain_is_wanted() ? &plain : &options);
    if (firn_test_domain_is_wanted())
        define_generation(rig);
}

static void
tear_down(FirnVmRig *rig, gconstpointer way)
{
    firn_vm_rig_tear_down(rig, firn_test_domain_is_wanted() ? &plain : &options);
}

/* The id in the domain's definition; NULL if the VM is no domain. */
static char *
dup_defined(void)
{
    g_autofree char *xml = NULL;
    const char *at;

    if (!firn_test_domain_is_wanted())
        return NULL;
    g_assert_cmpint(firn_test_domain_virsh(&xml, "dumpxml", "web1", "--inactive", NULL), ==, 0);
    at = strstr(xml, "<genid>");
    g_assert_nonnull(at);
    return g_strndup(at, strcspn(at, "\n"));
}

/* A guest that was restored with or without RAM gets a new generation id. */
static void
test_restored(FirnVmRig *rig, gconstpointer way)
{
    g_autofree char *line = g_strdup_printf("create web1 s1%s", (const char *)way);
    g_autofree char *then = NULL;
    g_autofree char *restored = NULL;
    g_autofree char *undone = NULL;
    g_autofree char *defined = dup_defined();
    g_autofree char *kept = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    then = read_generation(rig);
    g_free(firn_vm_rig_run(rig, 0, line));
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 --stop --grace=0"));
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    restored = read_generation(rig);
    g_test_message("%s, then %s", then, restored);
    g_assert_cmpstr(restored, !=, then);
    g_free(firn_vm_rig_run(rig, 0, "undo web1 --stop --grace=0"));
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    undone = read_generation(rig);
    g_test_message("undone %s", undone);
    g_assert_cmpstr(undone, !=, then);
    g_assert_cmpstr(undone, !=, restored);
    firn_vm_rig_assert_well(rig);
    kept = dup_defined();
    g_assert_cmpstr(kept, ==, defined);
}

static void
add(const char *path, const char *way)
{
    g_test_add(path, FirnVmRig, way, set_up, test_restored, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run())
        return g_test_run();
    add("/vm/generation/disks", "");
    add("/vm/generation/live", " --memory=live");
    add("/vm/generation/paused", " --memory=paused");
    return g_test_run();
}
