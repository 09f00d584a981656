/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "domain.h"
#include "vm-rig.h"

/* QEMU cannot write-protect it. */
static const char *const memory_in_a_file[] = {
    "-object",
    "memory-backend-file,id=ram0,size=256M,share=on,mem-path=/tmp",
    "-machine",
    "memory-backend=ram0",
    NULL,
};
static const FirnVmRigOptions in_a_file = {
    .guest = {.n_disks = 2, .extra = memory_in_a_file}
};

static void
assert_no_image(FirnVmRig *rig)
{
    g_autofree char *folder =
        g_build_filename(firn_test_firnd_get_state_dir(rig->firnd), "memory", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    g_assert_true(dir == NULL || g_dir_read_name(dir) == NULL);
}

static void
assert_answer(FirnVmRig *rig, const char *answer, int status)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_answer(rig->firnd, &outcome, "create web1 asked --memory", answer);
    g_test_message("%s -> %d %s", answer, outcome.status, outcome.out);
    g_assert_cmpint(outcome.status, ==, status);
    g_assert_nonnull(strstr(outcome.out, "estimate"));
    g_assert_nonnull(strstr(outcome.out, "Pause it? [y/N] "));
}

/* QEMU cannot write-protect RAM that is in a file, and the check does not affect the guest. */
static void
test_not_live(FirnVmRig *rig)
{
    g_autofree char *refused = firn_vm_rig_run(rig, 1, "create web1 s1 --memory=live");

    g_assert_nonnull(strstr(refused, "Background-snapshot"));
    assert_no_image(rig);
    firn_vm_rig_assert_well(rig);
}

static void
test_taken(FirnVmRig *rig, const char *line)
{
    g_autofree char *said = firn_vm_rig_run(rig, 0, line);

    g_assert_nonnull(strstr(said, "RAM paused"));
    g_assert_nonnull(strstr(said, "Background-snapshot"));
    firn_vm_rig_assert_well(rig);
}

/* A pause that was not requested is announced first and needs a confirmation. */
static void
test_pause(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *planned = NULL;
    g_autofree char *refused = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes pause-max=1ms"));
    test_not_live(rig);
    planned = firn_vm_rig_run(rig, 10, "create web1 s1 --memory --dry-run");
    g_assert_nonnull(strstr(planned, "paused; not live: "));
    g_assert_nonnull(strstr(planned, "estimate"));
    g_assert_nonnull(strstr(planned, "up to "));
    refused = firn_vm_rig_run(rig, 10, "create web1 s1 --memory");
    g_assert_nonnull(strstr(refused, "Background-snapshot"));
    g_assert_nonnull(strstr(refused, "estimate"));
    g_assert_nonnull(strstr(refused, "pause-max=TIME"));
    assert_no_image(rig);
    firn_vm_rig_assert_tags(rig, 0);
    assert_answer(rig, "n", 130);
    assert_no_image(rig);
    firn_vm_rig_assert_tags(rig, 0);
    firn_vm_rig_assert_well(rig);
    assert_answer(rig, "y", 0);
    test_taken(rig, "create web1 said --memory --yes");
    g_free(firn_vm_rig_run(rig, 0, "policy web1 set pause-max=10m"));
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1 --memory --dry-run"));
    test_taken(rig, "create web1 s1 --memory");
}

static char *
list_capabilities(FirnVmRig *rig)
{
    g_autoptr(JsonNode) reply =
        firn_test_guest_qmp(rig->guest, "query-migrate-capabilities", NULL, NULL);

    g_assert_nonnull(reply);
    return json_to_string(reply, FALSE);
}

/* The check leaves QEMU's migration settings unchanged for the next migration. */
static void
test_planned_live(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *before = list_capabilities(rig);
    g_autofree char *after = NULL;
    g_autofree char *planned = NULL;
    g_autofree char *way = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    planned = firn_vm_rig_run(rig, 0, "--json create web1 s1 --memory --dry-run");
    g_assert_nonnull(strstr(planned, "\"memory\" : \"live\""));
    g_assert_nonnull(strstr(planned, "\"memory_room\" : "));
    g_assert_nonnull(strstr(planned, "\"memory_pause\" : "));
    g_assert_nonnull(strstr(planned, "\"memory_size\" : "));
    after = list_capabilities(rig);
    g_assert_cmpstr(after, ==, before);
    way = firn_vm_rig_run(rig, 0, "create web1 s1 --memory");
    g_assert_nonnull(strstr(way, "RAM live"));
}

static void
add(const char *path,
    const FirnVmRigOptions *options,
    void (*test)(FirnVmRig *rig, gconstpointer data))
{
    g_test_add(path, FirnVmRig, options, firn_vm_rig_set_up, test, firn_vm_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run())
        return g_test_run();
    add("/vm/consent/planned-live", NULL, test_planned_live);
    /* libvirt configures the RAM of a domain itself. */
    if (!firn_test_domain_is_wanted())
        add("/vm/consent/pause", &in_a_file, test_pause);
    return g_test_run();
}
