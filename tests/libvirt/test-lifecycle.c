/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What administrators do to a domain beside firn: undefine and define it, rename it, save it,
 * revert it. */
#include <string.h>

#include "domain.h"
#include "patience.h"
#include "vm-rig.h"
#include "wire.h"

#define LOOK_AGAIN_US      (50 * 1000)
#define EXIT_FREEZE_FAILED 6

/* One guest for all tests: each leaves it running, without snapshots. */
static FirnVmRig rig;

static void
firn(const char *line, int status, char **out)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(rig.firnd, &outcome, line);
    g_test_message("firn %s: %s%s", line, outcome.out, outcome.err);
    g_assert_cmpint(outcome.status, ==, status);
    if (out != NULL)
        *out = g_steal_pointer(&outcome.out);
}

static void
virsh(const char *line)
{
    g_autofree char *all = g_strconcat("virsh --quiet --connect qemu:///system ", line, NULL);
    g_autofree char *errors = NULL;
    int status = -1;

    g_assert_true(g_spawn_command_line_sync(all, NULL, &errors, &status, NULL));
    g_test_message("virsh %s: %s", line, errors);
    g_assert_cmpint(status, ==, 0);
}

static char *
ask_virsh(const char *line)
{
    g_autofree char *all = g_strconcat("virsh --quiet --connect qemu:///system ", line, NULL);
    char *out = NULL;

    g_assert_true(g_spawn_command_line_sync(all, &out, NULL, NULL, NULL));
    return out;
}

/* A condition: whether @line of firn or virsh prints @word. */
typedef struct {
    gboolean is_virsh;
    const char *line;
    const char *word;
} Sign;

static gboolean
shows(const Sign *sign)
{
    g_auto(FirnTestOutcome) outcome = {0};
    g_autofree char *out = NULL;

    if (sign->is_virsh) {
        out = ask_virsh(sign->line);
        return strstr(out, sign->word) != NULL;
    }
    firn_test_firnd_line(rig.firnd, &outcome, sign->line);
    return outcome.status == 0 && strstr(outcome.out, sign->word) != NULL;
}

static void
wait_for(gboolean is_virsh, const char *line, const char *word)
{
    const Sign sign = {is_virsh, line, word};
    gint64 deadline_us = firn_test_give_up_us();

    while (!shows(&sign)) {
        if (g_get_monotonic_time() > deadline_us)
            g_error("%s does not show %s; firnd said: %s",
                    line,
                    word,
                    firn_test_firnd_dup_log(rig.firnd));
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
wait_for_state(const char *state)
{
    g_autofree char *word = g_strdup_printf("\"%s\"", state);

    wait_for(FALSE, "status web1 --json", word);
}

static char *
dup_fact(const char *name, const char *member)
{
    g_autoptr(JsonNode) shown = firn_test_firnd_show(rig.firnd, "web1", name);

    return g_strdup(json_object_get_string_member(json_node_get_object(shown), member));
}

/* Not firn_test_guest_kill(): after a revert the domain has another QEMU. */
static void
pull_plug(void)
{
    virsh("destroy web1");
    firn_test_guest_kill(rig.guest);
    wait_for_state("off");
}

static void
start(void)
{
    firn_test_guest_start(rig.guest, NULL);
    firn_test_guest_wait_ready(rig.guest);
    wait_for_state("running");
}

static void
define_again(void)
{
    g_autofree char *line =
        g_strdup_printf("define %s", firn_test_guest_get_path(rig.guest, "domain.xml"));

    virsh(line);
}

/* As firn says. */
static void
define_from_snapshot(void)
{
    const char *path = firn_test_guest_get_path(rig.guest, "snapshot.xml");
    g_autofree char *line = g_strdup_printf("define %s", path);
    g_auto(FirnTestOutcome) refused = {0};
    g_auto(FirnTestOutcome) shown = {0};
    g_autofree char *show =
        g_strdup_printf("show %s @latest --xml", firn_test_guest_get_uuid(rig.guest));
    g_autofree char *remedy = g_strdup_printf("firn %s >FILE && virsh define FILE", show);

    firn_test_firnd_line(rig.firnd, &refused, "restore web1 s1");
    g_assert_cmpint(refused.status, ==, 1);
    g_assert_nonnull(strstr(refused.err, remedy));
    firn_test_firnd_line(rig.firnd, &shown, show);
    g_assert_true(g_file_set_contents(path, shown.out, -1, NULL));
    virsh(line);
}

static gsize
get_acks(void)
{
    g_autofree char *acks = NULL;
    gsize length = 0;

    g_assert_true(
        g_file_get_contents(firn_test_guest_get_path(rig.guest, "ack"), &acks, &length, NULL));
    return length;
}

static void
start_writer(void)
{
    g_free(firn_test_guest_run(rig.guest, "writer start"));
    firn_test_guest_wait_ack(rig.guest, 1);
}

/* Its count may have been reverted with it. */
static void
wait_writes(void)
{
    gint64 deadline_us = firn_test_give_up_us();
    gsize before = get_acks();

    while (get_acks() <= before) {
        if (g_get_monotonic_time() > deadline_us)
            g_error("the guest does not write; firnd said: %s", firn_test_firnd_dup_log(rig.firnd));
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
test_undefined(void)
{
    g_autofree char *tag = NULL;
    g_autofree char *uuid = NULL;
    g_autofree char *parent = NULL;

    firn("create web1 s1 --accept-unclean", 0, NULL);
    uuid = dup_fact("s1", "uuid");
    tag = dup_fact("s1", "tag");
    pull_plug();
    virsh("undefine web1 --snapshots-metadata");
    wait_for_state("orphaned");
    firn("list web1", 0, NULL);
    firn("verify web1", 0, NULL);
    firn("create web1 s2 --accept-unclean", 1, NULL);
    define_from_snapshot();
    wait_for_state("off");
    wait_for(TRUE, "snapshot-list web1 --name", tag);
    firn("create web1 s2 --accept-unclean", 0, NULL);
    parent = dup_fact("s2", "parent");
    g_assert_cmpstr(parent, ==, uuid);
    virsh("undefine web1 --snapshots-metadata");
    wait_for_state("orphaned");
    /* The orphan's images are used by no VM, so they can be cleaned. */
    firn("delete web1 --all --yes", 0, NULL);
    firn_vm_rig_assert_tags(&rig, 0);
    define_again();
    wait_for_state("off");
    start();
}

/* It keeps running without a definition, and can be snapshotted. */
static void
test_undefined_while_it_runs(void)
{
    firn("create web1 s1 --accept-unclean", 0, NULL);
    virsh("undefine web1 --snapshots-metadata");
    firn("create web1 s2 --accept-unclean", 0, NULL);
    firn_vm_rig_assert_well(&rig);
    virsh("destroy web1");
    firn_test_guest_kill(rig.guest);
    wait_for_state("orphaned");
    define_again();
    wait_for_state("off");
    wait_for(TRUE, "snapshot-list web1 --name", "s2");
    firn("delete web1 --all --yes", 0, NULL);
    start();
}

static void
test_renamed(void)
{
    firn("create web1 s1 --accept-unclean", 0, NULL);
    pull_plug();
    virsh("domrename web1 web9");
    wait_for(FALSE, "list web9", "s1");
    firn("status web1", 3, NULL);
    virsh("domrename web9 web1");
    wait_for(FALSE, "list web1", "s1");
    firn("delete web1 --all --yes", 0, NULL);
    start();
}

/* There is no event for it. */
static void
test_gone_back(void)
{
    g_autofree char *tag = NULL;
    g_autofree char *line = NULL;
    g_autofree char *out = NULL;

    firn("create web1 s1 --accept-unclean", 0, NULL);
    firn("create web1 s2 --accept-unclean", 0, NULL);
    tag = dup_fact("s1", "tag");
    pull_plug();
    line = g_strdup_printf("snapshot-revert web1 %s", tag);
    virsh(line);
    firn("list web1", 0, &out);
    g_assert_nonnull(strstr(out, "*  s1"));
    firn("delete web1 --all --yes", 0, NULL);
    start();
}

static void
test_wakes_up_frozen(void)
{
    start_writer();
    virsh("domfsfreeze web1");
    virsh("snapshot-create-as web1 ram");
    virsh("domfsthaw web1");
    wait_writes();
    virsh("snapshot-revert web1 ram");
    wait_writes();
    wait_for(FALSE, "jobs --json", "settle");
    virsh("snapshot-delete web1 ram");
    pull_plug();
    start();
}

static void
test_saved_frozen(void)
{
    g_autofree char *out = NULL;

    start_writer();
    virsh("domfsfreeze web1");
    virsh("managedsave web1");
    wait_for_state("saved");
    firn("create web1 s1 --accept-unclean", EXIT_FREEZE_FAILED, NULL);
    firn("create web1 s1 --quiesce=never", 0, NULL);
    firn("show web1 s1", 0, &out);
    g_assert_nonnull(strstr(out, "Saved"));
    firn_vm_rig_assert_verdict(&rig, "crash", "Saved");
    firn("delete web1 --all --yes", 0, NULL);
    virsh("start web1");
    wait_writes();
    pull_plug();
    start();
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/libvirt/lifecycle/undefined", test_undefined);
    g_test_add_func("/libvirt/lifecycle/undefined-while-it-runs", test_undefined_while_it_runs);
    g_test_add_func("/libvirt/lifecycle/renamed", test_renamed);
    g_test_add_func("/libvirt/lifecycle/gone-back", test_gone_back);
    g_test_add_func("/libvirt/lifecycle/wakes-up-frozen", test_wakes_up_frozen);
    g_test_add_func("/libvirt/lifecycle/saved-frozen", test_saved_frozen);
    firn_vm_rig_set_up(&rig, NULL);
    status = g_test_run();
    firn_vm_rig_tear_down(&rig, NULL);
    return status;
}
