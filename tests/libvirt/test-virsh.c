/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Snapshots that firn makes, seen with stock tools, and snapshots that stock tools make, seen with
 * firn. */
#include <string.h>

#include "disk-image.h"
#include "patience.h"
#include "vm-rig.h"
#include "wire.h"

#define VIRSH         "virsh --quiet --connect qemu:///system "
#define LOOK_AGAIN_US (50 * 1000)

/* One guest for all tests: each leaves it running, without snapshots. */
static FirnVmRig rig;

/* Returns its output; it must exit with @status. */
static char *
firn(const char *line, int status)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(rig.firnd, &outcome, line);
    g_test_message("firn %s: %s%s", line, outcome.out, outcome.err);
    g_assert_cmpint(outcome.status, ==, status);
    return g_strconcat(outcome.out, outcome.err, NULL);
}

static char *virsh(gboolean is_well, const char *format, ...) G_GNUC_PRINTF(2, 3);

static char *
virsh(gboolean is_well, const char *format, ...)
{
    g_autofree char *line = NULL;
    g_autofree char *all = NULL;
    g_autofree char *out = NULL;
    g_autofree char *errors = NULL;
    int status = -1;
    va_list words;

    va_start(words, format);
    line = g_strdup_vprintf(format, words);
    va_end(words);
    all = g_strconcat(VIRSH, line, NULL);
    g_assert_true(g_spawn_command_line_sync(all, &out, &errors, &status, NULL));
    g_test_message("virsh %s: %s%s", line, out, errors);
    g_assert_cmpint(status == 0, ==, is_well);
    return g_strconcat(out, errors, NULL);
}

static void
assert_tells(char *text, const char *word)
{
    g_autofree char *owned = text;

    if (strstr(owned, word) == NULL)
        g_error("\"%s\" is not in: %s", word, owned);
}

static void
wait_for(const char *line, const char *word)
{
    gint64 deadline_us = firn_test_give_up_us();

    for (;;) {
        g_autofree char *shown = firn(line, 0);

        if (strstr(shown, word) != NULL)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
wait_for_state(const char *state)
{
    g_autofree char *word = g_strdup_printf("\"%s\"", state);

    wait_for("status web1 --json", word);
}

static char *
dup_tag(const char *name)
{
    g_autoptr(JsonNode) shown = firn_test_firnd_show(rig.firnd, "web1", name);

    return g_strdup(json_object_get_string_member(json_node_get_object(shown), "tag"));
}

/* Not firn_test_guest_kill(): after a revert the domain has another QEMU. */
static void
pull_plug(void)
{
    g_free(virsh(TRUE, "destroy web1"));
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
write_word(const char *word)
{
    g_autofree char *line = g_strdup_printf("echo %s >/mnt/a/word; sync", word);

    g_free(firn_test_guest_run(rig.guest, line));
}

static void
assert_word(const char *expected)
{
    g_autofree char *word = firn_test_guest_run(rig.guest, "cat /mnt/a/word");

    g_assert_cmpstr(word, ==, expected);
}

static gsize
count_acks(void)
{
    g_autofree char *acks = NULL;
    gsize length = 0;

    g_assert_true(
        g_file_get_contents(firn_test_guest_get_path(rig.guest, "ack"), &acks, &length, NULL));
    return length;
}

/* The running writer proves that the guest was resumed from RAM: a boot starts none. */
static void
wait_for_acks(void)
{
    gint64 deadline_us = firn_test_give_up_us();
    gsize before = count_acks();

    while (count_acks() <= before) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
assert_tags(const char *image, const char *expected)
{
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(image);
    g_autofree char *joined = g_strjoinv(" ", tags);

    g_assert_cmpstr(joined, ==, expected);
}

static void
test_listed(void)
{
    g_autofree char *first = NULL, *second = NULL, *tree = NULL, *refusal = NULL;

    g_free(firn("create web1 s1 --accept-unclean", 0));
    g_free(firn("create web1 s2 --accept-unclean", 0));
    first = dup_tag("s1");
    second = dup_tag("s2");
    tree = g_strdup_printf("%s\n  |\n  +- %s\n", first, second);
    assert_tells(virsh(TRUE, "snapshot-list web1 --tree"), tree);
    assert_tells(virsh(TRUE, "snapshot-current web1 --name"), second);
    /* Snapshots on this host's disks are not migrated. */
    assert_tells(virsh(FALSE, "migrate --live web1 qemu:///system"), "with 2 snapshots");
    g_free(firn("delete web1 --all --yes", 0));
    /* Then the target of the migration, which is this host, is the reason of the refusal. */
    refusal = virsh(FALSE, "migrate --live web1 qemu:///system");
    g_assert_null(strstr(refusal, "snapshots"));
}

static void
test_gone_back(void)
{
    g_autofree char *tag = NULL;

    write_word("before");
    g_free(firn("create web1 s1 --accept-unclean", 0));
    tag = dup_tag("s1");
    write_word("after");
    pull_plug();
    g_free(virsh(TRUE, "snapshot-revert web1 %s", tag));
    start();
    assert_word("before");
    assert_tells(firn("verify web1", 0), "1 ok");
    g_free(firn("delete web1 s1", 0));
}

static void
assert_is_at(const char *name)
{
    g_autoptr(JsonNode) shown = firn_test_firnd_show(rig.firnd, "web1", "@current");

    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(shown), "name"), ==, name);
}

/* firn restores a snapshot that libvirt does not list; libvirt's current snapshot does not change,
 * and firn does not follow it. */
static void
test_unregistered(void)
{
    g_autofree char *tag = NULL;

    g_free(firn("create web1 s1 --no-register --accept-unclean", 0));
    g_free(firn("create web1 s2 --accept-unclean", 0));
    tag = dup_tag("s2");
    g_free(firn("restore web1 s1 --stop --grace=0", 0));
    firn_test_guest_adopt(rig.guest);
    firn_test_guest_wait_ready(rig.guest);
    assert_tells(virsh(TRUE, "snapshot-current web1 --name"), tag);
    assert_tells(firn("verify web1", 0), "2 ok");
    assert_is_at("s1");
    g_free(firn("undo web1 --forget", 0));
    g_free(firn("delete web1 --all --yes", 0));
}

static void
test_deleted(void)
{
    g_autofree char *first = NULL, *second = NULL;

    g_free(firn("create web1 s1 --accept-unclean", 0));
    g_free(firn("create web1 s2 --accept-unclean", 0));
    first = dup_tag("s1");
    second = dup_tag("s2");
    g_free(virsh(TRUE, "snapshot-delete web1 %s --metadata", first));
    assert_tells(firn("verify web1", 0), "1 ok, 1 unregistered");
    assert_tells(firn("verify web1 --repair", 0), "1 ok, 1 repaired");
    assert_tells(virsh(TRUE, "snapshot-list web1 --name"), first);
    g_free(virsh(TRUE, "snapshot-delete web1 %s", first));
    assert_tells(firn("list web1", 0), "unavailable");
    assert_tells(firn("show web1 s1", 0), "unavailable");
    assert_tells(firn("verify web1", 1), "1 ok, 1 missing");
    assert_tells(firn("verify web1 --repair", 0), "1 ok, 1 repaired");
    assert_tells(firn("verify web1", 0), "1 ok\n");
    assert_tags(firn_test_guest_get_disk(rig.guest, 0), second);
    g_free(firn("delete web1 s2", 0));
}

/* virsh makes one snapshot with RAM and one of the domain that is off: firn imports them, registers
 * them again when libvirt's list was lost, restores them to the running guest, and deletes them. */
static void
test_adopted(void)
{
    g_autofree char *left = NULL;

    g_free(firn_test_guest_run(rig.guest, "writer start"));
    firn_test_guest_wait_ack(rig.guest, 1);
    g_free(virsh(TRUE, "snapshot-create-as web1 ram 'with RAM'"));
    pull_plug();
    g_free(virsh(TRUE, "snapshot-create-as web1 off"));
    assert_tells(firn("list web1", 0), "foreign");
    assert_tells(firn("adopt web1 --dry-run", 0), "2 to be imported, 0 skipped");
    g_free(firn("adopt web1", 0));
    assert_tells(firn("tree web1 --ascii", 0), "ram ");
    assert_tells(firn("tree web1 --ascii", 0), "\\- off ");
    assert_tells(firn("show web1 ram", 0), "Adopted, MemoryPresent, Online");
    assert_tells(firn("show web1 ram", 0), "crash (NOT consistent)");
    assert_tells(firn("show web1 ram", 0), "with RAM");
    assert_tells(firn("show web1 off", 0), "crash (NOT consistent)");
    g_free(virsh(TRUE, "snapshot-delete web1 off --metadata"));
    g_free(virsh(TRUE, "snapshot-delete web1 ram --metadata"));
    assert_tells(firn("verify web1 --repair", 0), "2 repaired");
    assert_tells(virsh(TRUE, "snapshot-list web1 --tree"), "ram\n  |\n  +- off\n");
    firn_test_guest_set_start(rig.guest, FIRN_TEST_GUEST_BOOTS);
    g_free(virsh(TRUE, "snapshot-revert web1 ram"));
    wait_for_acks();
    wait_for("list web1", "*  ram");
    pull_plug();
    g_free(firn("restore web1 ram --accept-inconsistent", 0));
    wait_for_acks();
    g_free(firn("undo web1 --forget", 0));
    g_free(firn("delete web1 --all --yes", 0));
    assert_tags(firn_test_guest_get_disk(rig.guest, 0), "");
    assert_tags(firn_test_guest_get_disk(rig.guest, 1), "");
    left = virsh(TRUE, "snapshot-list web1 --name");
    g_assert_cmpstr(g_strstrip(left), ==, "");
    firn_test_guest_set_start(rig.guest, FIRN_TEST_GUEST_BEGINS);
    pull_plug();
    start();
}

/* firnd itself thaws a guest that another tool has resumed from RAM. */
static void
firn_when_idle(const char *line)
{
    gint64 deadline_us = firn_test_give_up_us();
    int status = 5;

    while (status == 5) {
        g_auto(FirnTestOutcome) outcome = {0};

        firn_test_firnd_line(rig.firnd, &outcome, line);
        status = outcome.status;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
    }
    g_assert_cmpint(status, ==, 0);
}

/* What libvirt's own tools report about RAM that firn has saved. */
static void
test_save_image(void)
{
    g_autoptr(JsonNode) shown = NULL;
    g_autofree char *path = NULL;

    g_free(firn("policy web1 set allow-memory=yes", 0));
    write_word("then");
    g_free(firn("create web1 awake --memory=live --accept-unclean", 0));
    shown = firn_test_firnd_show(rig.firnd, "web1", "awake");
    path = g_strdup_printf("%s/memory/%s.save",
                           firn_test_firnd_get_state_dir(rig.firnd),
                           json_object_get_string_member(json_node_get_object(shown), "uuid"));
    assert_tells(virsh(TRUE, "save-image-dumpxml %s", path), "<name>web1</name>");
    write_word("now");
    pull_plug();
    g_free(firn("restore web1 awake --off", 0));
    g_free(virsh(TRUE, "restore %s", path));
    firn_test_guest_adopt(rig.guest);
    firn_test_guest_wait_answer(rig.guest);
    assert_word("then");
    firn_when_idle("undo web1 --forget");
    firn_when_idle("delete web1 --all --yes");
    g_free(firn("policy web1 set allow-memory=no", 0));
}

static void
assert_refused(const char *first, const char *second)
{
    assert_tells(firn("create web1 s2 --accept-unclean", 1), first);
    assert_tells(firn("create web1 s2 --accept-unclean", 1), second);
}

/* SN-18: firn creates nothing in the overlays, and deletes nothing below them. */
static void
test_external(void)
{
    g_autofree char *tag = NULL;
    g_autofree char *both = NULL;

    write_word("before");
    g_free(firn("create web1 s1 --accept-unclean", 0));
    tag = dup_tag("s1");
    both = g_strdup_printf("%s ram", tag);
    g_free(virsh(TRUE, "snapshot-create-as web1 ram"));
    g_free(virsh(TRUE, "snapshot-create-as web1 ext --disk-only"));
    write_word("overlaid");
    assert_refused("external snapshot ext", "virsh blockcommit web1 vda --active --pivot");
    assert_tells(firn("delete web1 s1", 5), "is the backing file of the overlay");
    assert_tells(firn("list web1", 0), "foreign (external)");
    assert_tells(firn("list web1", 0), "foreign (covered)");
    assert_tells(firn("verify web1", 1), "2 foreign, 1 covered");
    assert_tells(firn("adopt web1", 0), "covered");
    pull_plug();
    assert_refused("external snapshot ext", "virsh snapshot-delete web1 ext --metadata");
    assert_tells(firn("delete web1 s1", 5), "is the backing file of the overlay");
    assert_tags(firn_test_guest_get_disk(rig.guest, 0), both);
    assert_tags(firn_test_guest_get_disk(rig.guest, 1), both);
    assert_tells(virsh(TRUE, "snapshot-list web1 --name"), tag);
    start();
    assert_word("overlaid");
    g_free(virsh(TRUE, "blockcommit web1 vda --active --pivot"));
    g_free(virsh(TRUE, "blockcommit web1 vdb --active --pivot"));
    assert_refused("external snapshot ext", "virsh snapshot-delete web1 ext --metadata");
    g_free(virsh(TRUE, "snapshot-delete web1 ext --metadata"));
    g_free(firn("create web1 s2 --accept-unclean", 0));
    assert_tells(firn("adopt web1", 0), "1 imported, 0 skipped");
    assert_word("overlaid");
    g_free(firn("delete web1 --all --yes", 0));
    assert_tags(firn_test_guest_get_disk(rig.guest, 0), "");
}

static void
run_tool(const char *option, const char *tag, guint disk)
{
    const char *image = firn_test_guest_get_disk(rig.guest, disk);

    g_free(firn_test_disk_image_run("qemu-img", "snapshot", option, tag, image, NULL));
}

static void
clean(guint disk)
{
    g_auto(GStrv) tags =
        firn_test_disk_image_list_snapshots(firn_test_guest_get_disk(rig.guest, disk));

    for (GStrv tag = tags; *tag != NULL; tag++)
        run_tool("-d", *tag, disk);
}

/* SN-12: ids and tags swapped, duplicates, partial snapshots. Only what is unambiguous is imported,
 * and only that is deleted. */
static void
test_odd_tags(void)
{
    static const char *const tags[][2] = {
        {"2",    "twin"},
        {"1",    "2"   },
        {"twin", "1"   },
        {"twin", "good"},
        {"good", "twin"}
    };

    pull_plug();
    for (guint i = 0; i < G_N_ELEMENTS(tags); i++)
        for (guint disk = 0; disk < 2; disk++)
            run_tool("-c", tags[i][disk], disk);
    run_tool("-c", "half", 0);
    g_free(firn("create web1 s1 --accept-unclean", 0));
    assert_tells(firn("adopt web1 1", 2), "ambiguous");
    assert_tells(firn("adopt web1 good twin", 2), "nothing was imported");
    assert_tells(firn("adopt web1 half", 1), "vdb does not have it");
    assert_tells(firn("adopt web1", 0), "1 imported, 4 skipped");
    assert_tells(firn("show web1 good", 0), "InstantUnknown");
    g_free(firn("delete web1 --all --yes", 0));
    assert_tags(firn_test_guest_get_disk(rig.guest, 0), "2 1 twin twin half");
    assert_tags(firn_test_guest_get_disk(rig.guest, 1), "twin 2 1 twin");
    assert_tells(firn("verify web1 --repair", 0), "4 foreign");
    for (guint disk = 0; disk < 2; disk++)
        clean(disk);
    start();
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/libvirt/virsh/listed", test_listed);
    g_test_add_func("/libvirt/virsh/gone-back", test_gone_back);
    g_test_add_func("/libvirt/virsh/unregistered", test_unregistered);
    g_test_add_func("/libvirt/virsh/deleted", test_deleted);
    g_test_add_func("/libvirt/virsh/adopted", test_adopted);
    g_test_add_func("/libvirt/virsh/save-image", test_save_image);
    g_test_add_func("/libvirt/virsh/external", test_external);
    g_test_add_func("/libvirt/virsh/odd-tags", test_odd_tags);
    firn_vm_rig_set_up(&rig, NULL);
    status = g_test_run();
    firn_vm_rig_tear_down(&rig, NULL);
    return status;
}
