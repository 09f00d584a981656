/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A restore brings back the definition of a domain, as virsh snapshot-revert does: the same domain,
 * changed in the same way, is restored by one and then by the other. It needs no guest: firmware
 * without a system has RAM, which is enough. */
#include <signal.h>
#include <string.h>

#include "disk-image.h"
#include "domain.h"
#include "firnd.h"
#include "patience.h"
#include "scratch-dir.h"
#include "wire.h"

#define LOOK_AGAIN_US (50 * 1000)
#define UUID          "5e0f7f1c-6a3e-4a7c-9a35-2f3e7f3c1c01"
#define RESTORE       "restore web1 s1 --grace=0 --accept-inconsistent"

typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    const char *folder;      /* (unowned) */
    FirnTestFirnd *firnd;    /* (owned) */
} Fixture;

/* FOLDER stands for the folder of the images. */
static char *
place(Fixture *fixture, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "FOLDER", -1);

    return g_strjoinv(fixture->folder, parts);
}

static char *
virsh(Fixture *fixture, const char *line)
{
    g_autofree char *placed = place(fixture, line);
    g_autofree char *all = g_strconcat("virsh --quiet --connect qemu:///system ", placed, NULL);
    g_autofree char *errors = NULL;
    char *out = NULL;
    int status = -1;

    g_assert_true(g_spawn_command_line_sync(all, &out, &errors, &status, NULL));
    if (status != 0)
        g_error("virsh %s: %s", placed, errors);
    return g_strchomp(out);
}

#define DISK(file, target)                                                                         \
    "<disk type='file'><driver name='qemu' type='qcow2'/><source file='FOLDER/" file               \
    "'/><target dev='" target "' bus='virtio'/></disk>"
#define NIC(end) "<interface type='user'><mac address='52:54:00:c0:00:" end "'/></interface>"

static const char then_xml[] =
    "<memory unit='MiB'>32</memory><vcpu>1</vcpu>"
    "<cpu mode='custom' match='exact'><model>qemu64</model></cpu>"
    "<devices>" DISK("a.qcow2", "vda") DISK("b.qcow2", "vdb") NIC("01") NIC("02") "</devices>";

static const char now_xml[] =
    "<title>now</title>"
    "<memory unit='MiB'>48</memory><vcpu>2</vcpu>"
    "<cpu mode='custom' match='exact'><model>Nehalem</model></cpu>"
    "<devices>" DISK("a.qcow2", "vda") DISK("c.qcow2", "vdc") NIC("03") "</devices>";

static void
define(Fixture *fixture, const char *name, const char *rest)
{
    g_autofree char *placed = place(fixture, rest);
    g_autofree char *path = place(fixture, "FOLDER/domain.xml");
    g_autofree char *xml =
        g_strdup_printf("<domain type='qemu'><name>%s</name><uuid>" UUID "</uuid>"
                        "<os><type machine='q35'>hvm</type></os><features><acpi/></features>"
                        "%s</domain>",
                        name,
                        placed);

    g_assert_true(g_file_set_contents(path, xml, -1, NULL));
    g_free(virsh(fixture, "define FOLDER/domain.xml"));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    static const char *const images[] = {"a.qcow2", "b.qcow2", "c.qcow2"};

    fixture->dir = firn_test_scratch_dir_new();
    fixture->folder = firn_test_scratch_dir_get_path(fixture->dir);
    for (gsize i = 0; i < G_N_ELEMENTS(images); i++) {
        g_autofree char *path = g_build_filename(fixture->folder, images[i], NULL);

        g_free(firn_test_disk_image_run("qemu-img", "create", "-qf", "qcow2", path, "1M", NULL));
    }
    fixture->firnd = firn_test_firnd_new();
    firn_test_firnd_start(fixture->firnd);
    define(fixture, "web1", then_xml);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_domain_virsh(NULL, "destroy", UUID, NULL);
    firn_test_firnd_free(fixture->firnd);
    firn_test_domain_virsh(NULL, "undefine", UUID, "--snapshots-metadata", NULL);
    firn_test_scratch_dir_free(fixture->dir);
}

/* Returns its output, errors last. */
static char *
firn(Fixture *fixture, int status, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(fixture->firnd, &outcome, line);
    if (outcome.status != status)
        g_error("firn %s: %d: %s%s", line, outcome.status, outcome.out, outcome.err);
    return g_strconcat(outcome.out, outcome.err, NULL);
}

static void
assert_says(Fixture *fixture, int status, const char *line, const char *part)
{
    g_autofree char *text = firn(fixture, status, line);

    if (strstr(text, part) == NULL)
        g_error("no \"%s\" in what firn %s says:\n%s", part, line, text);
}

static void
wait_for_state(Fixture *fixture, const char *state)
{
    gint64 deadline_us = firn_test_give_up_us();
    g_autofree char *line = g_strdup_printf("  %s", state);

    for (;;) {
        g_autofree char *text = firn(fixture, 0, "status --no-legend");

        if (strstr(text, line) != NULL)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

/* Without what differs from run to run, and firn's mark. */
static char *
normalise(const char *xml)
{
    static const char *const noise =
        " id='[0-9]+'|<metadata>.*?</metadata>|<seclabel.*?</seclabel>|<alias [^>]*>|"
        "<backingStore[^>]*/>| index='[0-9]+'(?=/>)|<target dev='vnet[^>]*>|domain-[0-9]+-|\\s+";
    g_autoptr(GRegex) regex = g_regex_new(noise, G_REGEX_DOTALL, 0, NULL);

    return g_regex_replace_literal(regex, xml, -1, 0, "", 0, NULL);
}

static char *
dump(Fixture *fixture, const char *options)
{
    g_autofree char *line = g_strdup_printf("dumpxml web1 --security-info %s", options);
    g_autofree char *xml = virsh(fixture, line);

    return normalise(xml);
}

/* Off, with the other definition. */
static void
change(Fixture *fixture)
{
    firn_test_domain_virsh(NULL, "destroy", UUID, NULL);
    wait_for_state(fixture, "off");
    define(fixture, "web1", now_xml);
}

static void
revert(Fixture *fixture)
{
    g_autofree char *tag = virsh(fixture, "snapshot-list web1 --name");
    g_autofree char *line = g_strdup_printf("snapshot-revert web1 %s", g_strstrip(tag));

    g_free(virsh(fixture, line));
}

static void
write_image(Fixture *fixture, const char *name, const char *byte)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *command = g_strdup_printf("write -P %s 0 64k", byte);

    g_free(firn_test_disk_image_run("qemu-io", "-f", "qcow2", "-c", command, path, NULL));
}

static void
assert_image(Fixture *fixture, const char *name, const char *bytes)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *text = firn_test_disk_image_run("qemu-io",
                                                     "-U",
                                                     "-f",
                                                     "qcow2",
                                                     "-r",
                                                     "-c",
                                                     "read -v 0 16",
                                                     path,
                                                     NULL);

    g_assert_nonnull(strstr(text, bytes));
}

static void
start(Fixture *fixture)
{
    wait_for_state(fixture, "off");
    g_free(virsh(fixture, "start web1"));
    wait_for_state(fixture, "running");
}

/* A disk that was detached comes back, with what it had; one that was added goes, and its image is
 * left alone. */
static void
test_disks(Fixture *fixture, gconstpointer data)
{
    g_autofree char *reverted = NULL;
    g_autofree char *changed = NULL;
    g_autofree char *restored = NULL;
    g_autofree char *undone = NULL;

    start(fixture);
    g_free(firn(fixture, 0, "create web1 s1 --quiesce=never"));
    change(fixture);
    revert(fixture);
    reverted = dump(fixture, "--inactive");
    change(fixture);
    changed = dump(fixture, "--inactive");
    write_image(fixture, "a.qcow2", "0xaa");
    write_image(fixture, "b.qcow2", "0xbb");
    write_image(fixture, "c.qcow2", "0xcc");
    g_assert_cmpstr(reverted, !=, changed);
    assert_says(fixture, 0, RESTORE " --dry-run", "memory 48 MiB -> 32 MiB");
    assert_says(fixture, 0, RESTORE, "memory 48 MiB -> 32 MiB");
    restored = dump(fixture, "--inactive");
    g_assert_cmpstr(restored, ==, reverted);
    assert_image(fixture, "a.qcow2", "00 00");
    assert_image(fixture, "b.qcow2", "00 00");
    assert_image(fixture, "c.qcow2", "cc cc");
    g_free(firn(fixture, 0, "verify web1"));
    g_free(firn(fixture, 0, "undo web1"));
    undone = dump(fixture, "--inactive");
    g_assert_cmpstr(undone, ==, changed);
    assert_image(fixture, "a.qcow2", "aa aa");
    assert_image(fixture, "b.qcow2", "bb bb");
    g_free(firn(fixture, 0, "verify web1"));
}

static void
assert_restored(Fixture *fixture, const char *inactive, const char *live)
{
    g_autofree char *now_inactive = NULL;
    g_autofree char *now_live = NULL;

    change(fixture);
    g_free(firn(fixture, 0, RESTORE));
    wait_for_state(fixture, "running");
    now_inactive = dump(fixture, "--inactive");
    now_live = dump(fixture, "");
    g_assert_cmpstr(now_inactive, ==, inactive);
    g_assert_cmpstr(now_live, ==, live);
    g_free(firn(fixture, 0, "verify web1"));
}

/* A snapshot that virsh made is restored by both. */
static void
test_memory(Fixture *fixture, gconstpointer data)
{
    g_autofree char *inactive = NULL;
    g_autofree char *live = NULL;

    start(fixture);
    g_free(virsh(fixture, "snapshot-create-as web1 s1"));
    g_free(firn(fixture, 0, "adopt web1"));
    change(fixture);
    g_free(virsh(fixture, "snapshot-revert web1 s1"));
    inactive = dump(fixture, "--inactive");
    live = dump(fixture, "");
    g_assert_nonnull(strstr(live, "32768"));
    assert_restored(fixture, inactive, live);
}

/* The RAM is in an image, or in firn's save image. */
static void
test_own_memory(Fixture *fixture, gconstpointer way)
{
    g_autofree char *create = g_strdup_printf("create web1 s1 --memory=%s", (const char *)way);
    g_autofree char *inactive = NULL;
    g_autofree char *live = NULL;

    start(fixture);
    g_free(firn(fixture, 0, "policy web1 set allow-memory=yes"));
    g_free(firn(fixture, 0, create));
    inactive = dump(fixture, "--inactive");
    live = dump(fixture, "");
    assert_restored(fixture, inactive, live);
}

/* Told, and not done. */
static void
test_keep(Fixture *fixture, gconstpointer data)
{
    g_autofree char *changed = NULL;
    g_autofree char *restored = NULL;

    wait_for_state(fixture, "off");
    g_free(firn(fixture, 0, "create web1 s1 --accept-unclean --exclude-disk=vdb"));
    change(fixture);
    changed = dump(fixture, "--inactive");
    assert_says(fixture,
                0,
                RESTORE " --config=keep",
                "the configuration is not changed: memory 32 MiB -> 48 MiB");
    restored = dump(fixture, "--inactive");
    g_assert_cmpstr(restored, ==, changed);
    assert_says(fixture, 2, RESTORE " --disk=vda --config=captured", "--disk");
}

/* From the first "resources": to the end of the list, without the states. */
static char *
dup_resources(const char *json)
{
    const char *begin = strstr(json, "\"resources\"");
    const char *end = begin == NULL ? NULL : strstr(begin, "]\n  ]");
    g_autofree char *list = end == NULL ? NULL : g_strndup(begin, (gsize)(end - begin));
    g_autoptr(GRegex) regex = g_regex_new("\"(planned|completed|failed)\"|\\s+", 0, 0, NULL);

    g_assert_nonnull(list);
    return g_regex_replace_literal(regex, list, -1, 0, "", 0, NULL);
}

/* The dry run lists each part of the VM, and the job's list is the same. */
static void
test_plan(Fixture *fixture, gconstpointer data)
{
    static const char *const parts[] = {
        "[\"domain\",\"web1\",\"replaced\",",
        "[\"disk\",\"vda\",\"replaced\",",
        "[\"disk\",\"vdb\",\"created\",",
        "[\"disk\",\"vdc\",\"removed\",",
        "[\"mac\",\"52:54:00:c0:00:01\",\"created\",",
        "[\"mac\",\"52:54:00:c0:00:03\",\"removed\",",
    };
    g_autofree char *dry = NULL;
    g_autofree char *planned = NULL;
    g_autofree char *real = NULL;
    g_autofree char *done = NULL;

    wait_for_state(fixture, "off");
    g_free(firn(fixture, 0, "create web1 s1 --accept-unclean"));
    change(fixture);
    dry = firn(fixture, 0, RESTORE " --dry-run --json");
    planned = dup_resources(dry);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        if (strstr(planned, parts[i]) == NULL)
            g_error("no %s in %s", parts[i], planned);
    real = firn(fixture, 0, RESTORE " --json");
    done = dup_resources(real);
    g_assert_cmpstr(done, ==, planned);
    assert_says(fixture, 0, "show web1 s1 --xml", "52:54:00:c0:00:01");
    assert_says(fixture, 0, "show web1 s1", "Contains      domain, disk vda, disk vdb");
}

/* A MAC address that the domain would get back is another one's by now. */
static void
test_address(Fixture *fixture, gconstpointer data)
{
    static const char other[] = "<domain type='qemu'><name>other</name><memory>32768</memory>"
                                "<os><type machine='q35'>hvm</type></os>"
                                "<devices>" NIC("02") "</devices></domain>";
    g_autofree char *path = place(fixture, "FOLDER/other.xml");
    g_autofree char *changed = NULL;
    g_autofree char *after = NULL;

    wait_for_state(fixture, "off");
    g_free(firn(fixture, 0, "create web1 s1 --accept-unclean"));
    change(fixture);
    changed = dump(fixture, "--inactive");
    g_assert_true(g_file_set_contents(path, other, -1, NULL));
    g_free(virsh(fixture, "define FOLDER/other.xml"));
    assert_says(fixture, 5, RESTORE " --dry-run", "VM other has this MAC address, too");
    assert_says(fixture, 5, RESTORE, "VM other has this MAC address, too");
    after = dump(fixture, "--inactive");
    g_assert_cmpstr(after, ==, changed);
    g_free(virsh(fixture, "undefine other"));
    g_free(firn(fixture, 0, RESTORE));
}

static void
restart(Fixture *fixture, const char *step)
{
    firn_test_firnd_signal(fixture->firnd, step == NULL ? SIGKILL : SIGTERM);
    firn_test_firnd_wait_end(fixture->firnd);
    firn_test_firnd_set_crash_at(fixture->firnd, step);
    firn_test_firnd_start(fixture->firnd);
    wait_for_state(fixture, "off");
}

/* firnd is killed before, and after it has replaced the definition: the next one brings back the
 * former definition, and the disks that belong to it. */
static void
test_killed(Fixture *fixture, gconstpointer step)
{
    gint64 deadline_us;
    g_autofree char *changed = NULL;
    g_autofree char *after = NULL;

    wait_for_state(fixture, "off");
    g_free(firn(fixture, 0, "create web1 s1 --accept-unclean"));
    change(fixture);
    changed = dump(fixture, "--inactive");
    write_image(fixture, "a.qcow2", "0xaa");
    write_image(fixture, "b.qcow2", "0xbb");
    restart(fixture, step);
    firn_test_firnd_spawn_line(fixture->firnd, RESTORE);
    deadline_us = firn_test_give_up_us();
    while (!firn_test_firnd_has_stopped(fixture->firnd)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
    restart(fixture, NULL);
    deadline_us = firn_test_give_up_us();
    while (!firn_test_firnd_is_idle(fixture->firnd)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
    g_free(firn(fixture, 0, "verify web1"));
    after = dump(fixture, "--inactive");
    g_assert_cmpstr(after, ==, changed);
    assert_image(fixture, "a.qcow2", "aa aa");
    assert_image(fixture, "b.qcow2", "bb bb");
    g_free(firn(fixture, 0, RESTORE));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/libvirt/captured/disks", Fixture, NULL, set_up, test_disks, tear_down);
    g_test_add("/libvirt/captured/memory", Fixture, NULL, set_up, test_memory, tear_down);
    g_test_add("/libvirt/captured/memory-paused",
               Fixture,
               "paused",
               set_up,
               test_own_memory,
               tear_down);
    g_test_add("/libvirt/captured/memory-live",
               Fixture,
               "live",
               set_up,
               test_own_memory,
               tear_down);
    g_test_add("/libvirt/captured/plan", Fixture, NULL, set_up, test_plan, tear_down);
    g_test_add("/libvirt/captured/address", Fixture, NULL, set_up, test_address, tear_down);
    g_test_add("/libvirt/captured/killed/before",
               Fixture,
               "define: before",
               set_up,
               test_killed,
               tear_down);
    g_test_add("/libvirt/captured/killed/after",
               Fixture,
               "define: after",
               set_up,
               test_killed,
               tear_down);
    g_test_add("/libvirt/captured/keep", Fixture, NULL, set_up, test_keep, tear_down);
    return g_test_run();
}
