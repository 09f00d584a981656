/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <string.h>

#include "disk-image.h"
#include "domain.h"
#include "machine-types.h"
#include "patience.h"
#include "vm-rig.h"

/* One guest for all cases: none may change anything, so each finds the same state. It has three
 * snapshots: "live" and "paused" with RAM, and "disks". Cases that need a running guest come
 * first. */
typedef struct {
    FirnVmRig rig;
    char *machine;             /* (owned) how it is started */
    GSocketListener *listener; /* (owned) (nullable) target of a migration, never read */
    gboolean is_off;
} Scene;

/* A mismatch, and firn's answer to it. */
typedef struct Case Case;
typedef void (*Change)(const Case *wanted);
struct Case {
    const char *name;
    gboolean is_off;
    Change change;
    Change undo;      /* (nullable) for changes outside the definition */
    const char *from; /* (nullable) for changes of texts */
    const char *to;   /* (nullable) its replacement */
    const char *snapshot;
    int status;       /* firn's exit status */
    const char *code; /* of the blocker */
    const char *word; /* in the sentence that names the difference */
};

static Scene *scene;

static char *
run(int status, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(scene->rig.firnd, &outcome, line);
    g_test_message("firn %s -> %d %s%s", line, outcome.status, outcome.out, outcome.err);
    g_assert_cmpint(outcome.status, ==, status);
    return g_strconcat(outcome.out, outcome.err, NULL);
}

/* The file that says how the VM is started. */

static char *
machine_file(void)
{
    return g_build_filename(firn_test_firnd_get_machines_dir(scene->rig.firnd), "web1.conf", NULL);
}

static char *
read_machine(void)
{
    g_autofree char *path = machine_file();
    char *text = NULL;

    if (firn_test_domain_is_wanted())
        g_assert_cmpint(
            firn_test_domain_virsh(&text, "dumpxml", "web1", "--inactive", "--security-info", NULL),
            ==,
            0);
    else
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void
write_machine(const char *text)
{
    const char *xml = firn_test_guest_get_path(scene->rig.guest, "changed.xml");
    g_autofree char *path = machine_file();

    if (!firn_test_domain_is_wanted()) {
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        return;
    }
    g_assert_true(g_file_set_contents(xml, text, -1, NULL));
    g_assert_cmpint(firn_test_domain_virsh(NULL, "define", xml, NULL), ==, 0);
}

/* Changes its machine file, or its domain's XML. */
static void
redefine(const Case *wanted)
{
    GString *text = g_string_new(scene->machine);

    g_assert_cmpuint(g_string_replace(text, wanted->from, wanted->to, 1), ==, 1);
    write_machine(text->str);
    g_string_free(text, TRUE);
}

/* Commands to the guest. */

static JsonNode *
ask(const char *command, const char *arguments)
{
    g_autoptr(GError) error = NULL;
    JsonNode *reply = firn_test_guest_qmp(scene->rig.guest, command, arguments, &error);

    g_assert_no_error(error);
    return reply;
}

static void
set_up_scene(void)
{
    if (scene != NULL)
        return;
    scene = g_new0(Scene, 1);
    firn_vm_rig_set_up(&scene->rig, NULL);
    scene->machine = read_machine();
    /* Only firn writes from here on. */
    g_free(firn_test_guest_run(scene->rig.guest,
                               "sync; mount -o remount,ro /mnt/a; mount -o remount,ro /mnt/b"));
    g_free(run(0, "policy web1 set allow-memory=yes"));
    g_free(run(0, "create web1 live --memory=live"));
    /* With savevm in a paused guest, QEMU puts RAM into the first image. */
    firn_test_guest_do(scene->rig.guest, "stop");
    g_free(run(0, "create web1 paused --memory=paused"));
    firn_test_guest_do(scene->rig.guest, "cont");
    g_free(run(0, "create web1 disks --no-quiesce"));
}

static void
see_to_power(gboolean is_off)
{
    g_assert_true(is_off || !scene->is_off);
    if (is_off && !scene->is_off)
        firn_test_guest_quit(scene->rig.guest);
    scene->is_off = is_off;
}

/* Also proves that it is the same QEMU, since the test's connection belongs to it. */
static char *
dup_run_state(void)
{
    g_autoptr(JsonNode) reply = NULL;

    firn_test_guest_follow(scene->rig.guest);
    if (firn_test_guest_get_pid(scene->rig.guest) == 0)
        return g_strdup("off");
    reply = ask("query-status", NULL);
    return g_strdup(json_object_get_string_member(json_node_get_object(reply), "status"));
}

/* Uses a fast checksum: save images are large, and nothing forges them here. */
static void
add_hash(GString *text, const char *path)
{
    g_autofree char *hash = firn_test_disk_image_run("cksum", path, NULL);

    g_string_append(text, hash);
}

static void
add_hashes_in(GString *text, const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        add_hash(text, path);
    }
}

/* State of the VM: run state, images, save images. */
static char *
dup_state(void)
{
    g_autofree char *memory =
        g_build_filename(firn_test_firnd_get_state_dir(scene->rig.firnd), "memory", NULL);
    g_autofree char *run_state = dup_run_state();
    GString *text = g_string_new(run_state);

    g_string_append_c(text, '\n');
    add_hash(text, firn_test_guest_get_disk(scene->rig.guest, 0));
    add_hash(text, firn_test_guest_get_disk(scene->rig.guest, 1));
    add_hashes_in(text, memory);
    return g_string_free(text, FALSE);
}

/* Changes of images. */

static void
copy(guint disk, gboolean is_back)
{
    const char *image = firn_test_guest_get_disk(scene->rig.guest, disk);
    g_autofree char *kept = g_strconcat(image, ".kept", NULL);

    g_free(firn_test_disk_image_run("cp",
                                    "--sparse=always",
                                    is_back ? kept : image,
                                    is_back ? image : kept,
                                    NULL));
}

static void
copy_back(const Case *wanted)
{
    copy(0, TRUE);
    copy(1, TRUE);
}

static void
take_tag(guint disk, guint nth, gboolean is_anew)
{
    const char *image = firn_test_guest_get_disk(scene->rig.guest, disk);
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(image);
    const char *tag = tags[nth];

    g_assert_cmpuint(g_strv_length(tags), ==, 3);
    copy(0, FALSE);
    copy(1, FALSE);
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-d", tag, image, NULL));
    if (is_anew)
        g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", tag, image, NULL));
}

static void
take_tag_of_disks(const Case *wanted)
{
    take_tag(1, 2, FALSE);
}

/* The tag remains, but its RAM is gone. */
static void
take_ram(const Case *wanted)
{
    take_tag(0, 1, TRUE);
}

static void
grow(const Case *wanted)
{
    copy(0, FALSE);
    copy(1, FALSE);
    g_free(firn_test_disk_image_run("qemu-img",
                                    "resize",
                                    "-f",
                                    "qcow2",
                                    firn_test_guest_get_disk(scene->rig.guest, 1),
                                    "+1M",
                                    NULL));
}

static void
detach_disk(const Case *wanted)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = machine_file();

    if (firn_test_domain_is_wanted()) {
        g_assert_cmpint(
            firn_test_domain_virsh(NULL, "detach-disk", "web1", "vdb", "--config", NULL),
            ==,
            0);
        return;
    }
    g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
    g_assert_true(g_key_file_remove_key(file, "disks", "vdb", NULL));
    g_assert_true(g_key_file_save_to_file(file, path, NULL));
}

/* firnd reads its records at start. */
static void
edit_records(const char *from, const char *to)
{
    g_autofree char *path = g_strdup_printf("%s/vm/%s.json",
                                            firn_test_firnd_get_state_dir(scene->rig.firnd),
                                            firn_test_guest_get_uuid(scene->rig.guest));
    g_autofree char *content = NULL;
    GString *text;

    firn_test_firnd_signal(scene->rig.firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(scene->rig.firnd), ==, 0);
    g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
    text = g_string_new(content);
    g_assert_cmpuint(g_string_replace(text, from, to, 0), >=, 1);
    g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
    g_string_free(text, TRUE);
    firn_test_firnd_start(scene->rig.firnd);
}

static void
edit(const Case *wanted)
{
    edit_records(wanted->from, wanted->to);
}

static void
edit_back(const Case *wanted)
{
    edit_records(wanted->to, wanted->from);
}

/* Jobs of other tools. */

static void
begin_mirror(const Case *wanted)
{
    const char *path = firn_test_guest_get_path(scene->rig.guest, "mirror.qcow2");
    g_autoptr(JsonNode) disks = ask("query-block", NULL);
    JsonArray *array = json_node_get_array(disks);
    JsonObject *disk = json_array_get_object_element(array, json_array_get_length(array) - 1);
    g_autofree char *arguments = g_strdup_printf(
        "{\"job-id\": \"m\", \"device\": \"%s\", \"target\": \"%s\", \"format\": \"qcow2\","
        " \"sync\": \"full\", \"speed\": 1}",
        json_object_get_string_member(json_object_get_object_member(disk, "inserted"), "node-name"),
        path);

    json_node_unref(ask("drive-mirror", arguments));
}

static void
end_mirror(const Case *wanted)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) event = NULL;

    json_node_unref(ask("block-job-cancel", "{\"device\": \"m\", \"force\": true}"));
    event = firn_test_guest_wait_event(scene->rig.guest, "BLOCK_JOB_CANCELLED", 30000, &error);
    g_assert_no_error(error);
}

static void
begin_migration(const Case *wanted)
{
    const char *path = firn_test_guest_get_path(scene->rig.guest, "migration");
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autofree char *arguments = g_strdup_printf("{\"uri\": \"unix:%s\"}", path);
    g_autoptr(GError) error = NULL;

    scene->listener = g_socket_listener_new();
    g_socket_listener_add_address(scene->listener,
                                  address,
                                  G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT,
                                  NULL,
                                  NULL,
                                  &error);
    g_assert_no_error(error);
    json_node_unref(ask("migrate", arguments));
}

static void
end_migration(const Case *wanted)
{
    gint64 end_us = firn_test_give_up_us();
    g_autofree char *status = NULL;

    json_node_unref(ask("migrate_cancel", NULL));
    while (g_strcmp0(status, "cancelled") != 0) {
        g_autoptr(JsonNode) reply = ask("query-migrate", NULL);

        g_free(status);
        status = g_strdup(json_object_get_string_member(json_node_get_object(reply), "status"));
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    }
    g_clear_object(&scene->listener);
}

static void
unmake(const Case *wanted)
{
    if (wanted->undo != NULL)
        wanted->undo(wanted);
    write_machine(scene->machine);
}

static gboolean
says(const char *text, const char *word)
{
    return strstr(text, word) != NULL;
}

/* firnd notices a change a moment later. */
static void
wait_said(const Case *wanted)
{
    gint64 end_us = firn_test_give_up_us();
    g_autofree char *code = g_strdup_printf("[%s]", wanted->code);
    g_autofree char *line = g_strdup_printf("restore web1 %s --stop --grace=0 --config=keep "
                                            "--dry-run --accept-inconsistent",
                                            wanted->snapshot);
    g_auto(FirnTestOutcome) outcome = {0};

    do {
        firn_test_outcome_clear(&outcome);
        outcome = (FirnTestOutcome){0};
        firn_test_firnd_line(scene->rig.firnd, &outcome, line);
        if (g_get_monotonic_time() >= end_us)
            g_error("%s: %s%s", wanted->name, outcome.out, outcome.err);
    } while (!says(outcome.out, code) || !says(outcome.out, wanted->word));
    g_assert_cmpint(outcome.status, ==, wanted->status);
}

static void
test_refused(gconstpointer data)
{
    const Case *wanted = data;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    g_autofree char *said = NULL;
    g_autofree char *line = g_strdup_printf("restore web1 %s --stop --grace=0 --config=keep "
                                            "--accept-inconsistent",
                                            wanted->snapshot);

    set_up_scene();
    see_to_power(wanted->is_off);
    wanted->change(wanted);
    before = dup_state();
    wait_said(wanted);
    said = run(wanted->status, line);
    after = dup_state();
    g_assert_true(says(said, wanted->word));
    g_assert_cmpstr(after, ==, before);
    unmake(wanted);
}

static guint64
ask_ram(void)
{
    g_autoptr(JsonNode) reply = ask("query-memory-size-summary", NULL);

    return (guint64)json_object_get_int_member(json_node_get_object(reply), "base-memory");
}

/* RAM is loaded into the saved machine, and the current machine stays defined. */
static void
test_forced(gconstpointer data)
{
    const Case *other = data;
    g_autofree char *changed = NULL;
    g_autofree char *plan = NULL;
    g_autofree char *now = NULL;

    set_up_scene();
    see_to_power(TRUE);
    other->change(other);
    wait_said(other);
    changed = read_machine();
    plan = run(0, "restore web1 paused --dry-run --force --config=keep");
    g_assert_true(says(plan, "started as recorded"));
    g_assert_true(says(plan, other->word));
    g_assert_false(says(plan, "the configuration is not changed"));
    g_free(run(0, "restore web1 paused --force --running --config=keep"));
    firn_test_guest_adopt(scene->rig.guest);
    firn_test_guest_wait_answer(scene->rig.guest);
    g_assert_cmpuint(ask_ram(), ==, 256 * 1024 * 1024);
    now = read_machine();
    g_assert_cmpstr(now, ==, changed);
}

/* clang-format off */
#define CONFIG(name, from, to, snapshot, word)                                                     \
    {name, FALSE, redefine, NULL, from, to, snapshot, 5, "ConfigChanged", word}

static Case of_launches[] = {
    CONFIG("ram", "'-m' '256'", "'-m' '512'", "live", "-m 256 -> 512"),
    CONFIG("ram-paused", "'-m' '256'", "'-m' '320'", "paused", "-m 256 -> 320"),
    CONFIG("machine-type", "'-M' 'q35'", "'-M' 'pc'", "live", "-machine q35 -> pc"),
    CONFIG("cpu", "'-m' '256'", "'-m' '256' -cpu Nehalem", "live", "-cpu Nehalem added"),
    CONFIG("nic", "'-m' '256'", "'-m' '256' -device e1000", "paused", "-device e1000 added"),
    CONFIG("disk", "'-device' 'virtio-blk-pci,drive=vdb'", "", "live",
           "-device virtio-blk-pci,drive=vdb removed"),
    /* As if "q35" had been another type for the QEMU that saved the RAM. */
    {"alias", FALSE, edit, edit_back, "\"@q35@\"", "\"@older@\"", "live", 5,
     "ConfigChanged", "machine type @older@ -> @q35@"},
};

static Case of_domains[] = {
    CONFIG("ram", "262144</memory>", "524288</memory>", "live", "memory 256 MiB -> 512 MiB"),
    CONFIG("ram-paused", "262144</memory>", "327680</memory>", "paused",
           "memory 256 MiB -> 320 MiB"),
    CONFIG("machine-type", "'@q35@'", "'@older@'", "live", "@q35@ -> @older@"),
    CONFIG("cpu", ">qemu64</model>", ">Nehalem</model>", "live", "custom Nehalem"),
    CONFIG("nic", "</devices>",
           "<interface type='user'><model type='e1000'/></interface></devices>", "paused",
           "added"),
    {"disk", FALSE, detach_disk, NULL, NULL, NULL, "live", 5, "ConfigChanged", "disk vdb removed"},
};

static Case of_both[] = {
    {"mirror", FALSE, begin_mirror, end_mirror, NULL, NULL, "disks", 5, "Busy", "mirror job"},
    {"migration", FALSE, begin_migration, end_migration, NULL, NULL, "disks", 5, "Busy",
     "migration"},
    {"disk-missing", TRUE, detach_disk, NULL, NULL, NULL, "disks", 1, "DiskMissing", "disk vdb"},
    {"disk-grown", TRUE, grow, copy_back, NULL, NULL, "disks", 5, "DiskResized", "65.0 MiB now"},
    {"tag-missing", TRUE, take_tag_of_disks, copy_back, NULL, NULL, "disks", 1, "TagMissing",
     "disk vdb"},
    {"no-ram-in-image", TRUE, take_ram, copy_back, NULL, NULL, "paused", 1, "MemoryMissing",
     "without RAM"},
    {"ram-in-other-image", TRUE, edit, edit_back, "\"disk\" : \"vda\"", "\"disk\" : \"vdb\"",
     "paused", 1, "MemoryMissing", "only the image of vdb"},
    /* "97.2.22" */
    {"older-qemu", TRUE, edit, edit_back, "\"qemu_version\" : \"", "\"qemu_version\" : \"9",
     "live", 5, "ConfigChanged", "RAM was saved by QEMU 9"},
};
/* clang-format on */

static void
add_cases(Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/vm/mismatch/%s", cases[i].name);

        cases[i].from = firn_test_machine_types_in(cases[i].from);
        cases[i].to = firn_test_machine_types_in(cases[i].to);
        cases[i].word = firn_test_machine_types_in(cases[i].word);
        g_test_add_data_func(path, &cases[i], test_refused);
    }
}

static void
tear_down_scene(void)
{
    if (scene == NULL)
        return;
    firn_vm_rig_tear_down(&scene->rig, NULL);
    g_free(scene->machine);
    g_clear_pointer(&scene, g_free);
}

/* QEMU itself would accept this RAM; QEMU 11.1 aborts when it saves such RAM, so no guest is
 * saved. */
static const char *const with_shared_memory[] = {
    "-object",
    "memory-backend-ram,id=shm,size=1M,share=on",
    "-device",
    "ivshmem-plain,memdev=shm,id=shared,master=on,addr=0x10",
    NULL,
};
static const FirnVmRigOptions shared = {
    .guest = {.n_disks = 2, .extra = with_shared_memory, .start = FIRN_TEST_GUEST_BOOTS}
};

/* Two domains cannot have the same name. */
static void
set_up_device(FirnVmRig *rig, gconstpointer options)
{
    tear_down_scene();
    firn_vm_rig_set_up(rig, options);
}

static void
test_device(FirnVmRig *rig, gconstpointer data)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(rig->firnd, &outcome, "policy web1 set allow-memory=yes");
    firn_test_outcome_clear(&outcome);
    outcome = (FirnTestOutcome){0};
    firn_test_firnd_line(rig->firnd, &outcome, "create web1 s1 --memory");
    g_test_message("%d %s%s", outcome.status, outcome.out, outcome.err);
    g_assert_cmpint(outcome.status, ==, 1);
    g_assert_true(says(outcome.err, "peripheral/shared (ivshmem-plain)"));
    firn_vm_rig_assert_tags(rig, 0);
    firn_vm_rig_assert_well(rig);
}

int
main(int argc, char **argv)
{
    gboolean is_domain;
    int status;

    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run())
        return g_test_run();
    is_domain = firn_test_domain_is_wanted();
    if (is_domain)
        add_cases(of_domains, G_N_ELEMENTS(of_domains));
    else
        add_cases(of_launches, G_N_ELEMENTS(of_launches));
    add_cases(of_both, G_N_ELEMENTS(of_both));
    g_test_add_data_func("/vm/mismatch/forced",
                         is_domain ? &of_domains[1] : &of_launches[1],
                         test_forced);
    g_test_add("/vm/mismatch/device",
               FirnVmRig,
               &shared,
               set_up_device,
               test_device,
               firn_vm_rig_tear_down);
    status = g_test_run();
    tear_down_scene();
    return status;
}
