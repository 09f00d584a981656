/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "domain.h"
#include "memory-witness.h"
#include "patience.h"
#include "vm-rig.h"

#define GUEST_BYTES ((gsize)256 << 20)

/* The parameter of a test is not an option of the rig. */
static void
set_up(FirnVmRig *rig, gconstpointer way)
{
    firn_vm_rig_set_up(rig, NULL);
}

static void
tear_down(FirnVmRig *rig, gconstpointer way)
{
    firn_vm_rig_tear_down(rig, NULL);
}

/* QEMU loads RAM from an image only once it has loaded everything that it was started with. */
static const FirnVmRigOptions booted = {
    .guest = {.n_disks = 2, .start = FIRN_TEST_GUEST_BOOTS}
};

static const FirnVmRigOptions on_huge_pages = {
    .guest = {.n_disks = 2, .on_huge_pages = TRUE}
};

static const char *const with_more[] = {
    "-m",
    "slots=1,maxmem=1G",
    "-object",
    "memory-backend-ram,id=more,size=256M",
    "-device",
    "pc-dimm,memdev=more",
    NULL,
};
static const FirnVmRigOptions plugged = {
    .guest = {.n_disks = 2, .extra = with_more}
};

/* To a time that no other clock shows. */
static void
turn_clock_back(FirnVmRig *rig)
{
    g_free(firn_test_guest_run(rig->guest, "hwclock -r; date -s '2001-01-01 00:00:00'"));
}

/* A clock that was not set is late. On a busy host, the clock of a booted guest was observed to run
 * fast. */
static void
assert_clock(FirnVmRig *rig)
{
    gint64 before_s = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *text = firn_test_guest_run(rig->guest, "date +%s");
    gint64 guest_s = g_ascii_strtoll(text, NULL, 10);
    gint64 after_s = g_get_real_time() / G_USEC_PER_SEC;

    /* The reply may be late. */
    g_assert_cmpint(guest_s, >=, before_s - 5);
    g_assert_cmpint(guest_s, <=, after_s + 60);
}

static char *
find_image(FirnVmRig *rig)
{
    g_autofree char *folder =
        g_build_filename(firn_test_firnd_get_state_dir(rig->firnd), "memory", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = dir == NULL ? NULL : g_dir_read_name(dir);

    return name == NULL ? NULL : g_build_filename(folder, name, NULL);
}

static void
assert_image(FirnVmRig *rig, gboolean is_there)
{
    g_autofree char *folder =
        g_build_filename(firn_test_firnd_get_state_dir(rig->firnd), "memory", NULL);
    g_autofree char *path = find_image(rig);
    struct stat facts;

    g_assert_cmpint(path != NULL, ==, is_there);
    if (path == NULL)
        return;
    g_assert_no_errno(stat(path, &facts));
    g_assert_cmpint(facts.st_mode & 0777, ==, 0600);
    g_assert_no_errno(stat(folder, &facts));
    g_assert_cmpint(facts.st_mode & 0777, ==, 0700);
}

static void
assert_shown(FirnVmRig *rig, const char *way)
{
    g_autofree char *shown = firn_vm_rig_run(rig, 0, "show web1 s1");
    g_autofree char *expected = g_strdup_printf("%s, ", way);

    g_assert_nonnull(strstr(shown, expected));
    g_assert_nonnull(strstr(shown, "; the guest was paused for "));
}

/* Restores RAM in another QEMU, and continues from there. */
static void
test_there_and_back(FirnVmRig *rig, gconstpointer data)
{
    const char *way = data;
    g_autofree char *line = g_strdup_printf("create web1 s1 --memory=%s", way);
    g_autofree char *checksum = NULL;
    g_autofree char *said = NULL;
    gint64 count_then;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    turn_clock_back(rig);
    checksum = firn_memory_witness_begin(rig->guest);
    said = firn_vm_rig_run(rig, 0, line);
    count_then = firn_memory_witness_count(rig->guest);
    g_assert_nonnull(strstr(said, "memory"));
    g_assert_nonnull(strstr(said, way));
    assert_shown(rig, way);
    firn_vm_rig_assert_tags(rig, 1);
    assert_image(rig, TRUE);
    g_free(firn_test_guest_run(rig->guest, "rm /run/ram; touch /run/later /mnt/a/later; sync"));
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 --stop --grace=0"));
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    g_assert_true(firn_test_guest_is_running(rig->guest));
    firn_memory_witness_assert_goes_on(rig->guest, checksum, count_then);
    assert_clock(rig);
    firn_vm_rig_assert_well(rig);
    g_free(firn_vm_rig_run(rig, 0, "delete web1 s1"));
    assert_image(rig, FALSE);
    firn_vm_rig_assert_well(rig);
}

static gboolean
has_huge_pages(void)
{
    const int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB;
    void *pages = mmap(NULL, GUEST_BYTES, PROT_READ | PROT_WRITE, how, -1, 0);

    if (pages == MAP_FAILED)
        return FALSE;
    munmap(pages, GUEST_BYTES);
    return TRUE;
}

static void
set_up_on_huge_pages(FirnVmRig *rig, gconstpointer way)
{
    if (has_huge_pages())
        firn_vm_rig_set_up(rig, &on_huge_pages);
}

static void
tear_down_on_huge_pages(FirnVmRig *rig, gconstpointer way)
{
    if (rig->guest != NULL)
        firn_vm_rig_tear_down(rig, &on_huge_pages);
}

static void
assert_huge_pages(FirnVmRig *rig)
{
    g_autofree char *path =
        g_strdup_printf("/proc/%d/smaps_rollup", firn_test_guest_get_pid(rig->guest));
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    const char *line;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    line = strstr(text, "Private_Hugetlb:");
    g_assert_nonnull(line);
    g_assert_cmpint(g_ascii_strtoll(line + strlen("Private_Hugetlb:"), NULL, 10), >, 0);
}

/* QEMU write-protects and frees its RAM by pages of the host. */
static void
test_huge_pages(FirnVmRig *rig, gconstpointer way)
{
    if (rig->guest == NULL) {
        g_test_skip("no 256 MiB of huge pages to be had: tests/huge-pages 256 PROGRAM");
        return;
    }
    assert_huge_pages(rig);
    test_there_and_back(rig, way);
    assert_huge_pages(rig);
}

static guint64
find_job(const char *said)
{
    const char *at = strstr(said, "\"job\" : ");

    g_assert_nonnull(at);
    return g_ascii_strtoull(at + strlen("\"job\" : "), NULL, 10);
}

/* A failure to settle is reported to the waiting client, and in a later query. */
static void
test_unsettled(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;
    g_autofree char *line = NULL;
    g_autofree char *shown = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    g_free(firn_test_guest_run(rig->guest,
                               "rm -f /sbin/hwclock; printf '#!/bin/sh\\nexit 1\\n' "
                               ">/sbin/hwclock; chmod +x /sbin/hwclock"));
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1 --memory=live"));
    said = firn_vm_rig_run(rig, 0, "restore web1 s1 --stop --grace=0 --json");
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    g_assert_nonnull(strstr(said, "its agent failed to set it"));
    line = g_strdup_printf("job %" G_GUINT64_FORMAT, find_job(said));
    shown = firn_vm_rig_run(rig, 0, line);
    g_assert_nonnull(strstr(shown, "Unfinished"));
    firn_vm_rig_assert_well(rig);
}

/* The firnd that resumed the guest was killed before it had set the guest's clock; the next one
 * does. */
static void
test_woken_by_recovery(FirnVmRig *rig, gconstpointer data)
{
    GPid client;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    turn_clock_back(rig);
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1 --memory=live"));
    firn_vm_rig_restart_to_stop_at(rig, "restore: the guest is resumed");
    client = firn_test_firnd_spawn_line(rig->firnd, "restore web1 s1 --stop --grace=0");
    firn_vm_rig_wait_stopped(rig);
    firn_test_firnd_signal(rig->firnd, SIGKILL);
    firn_test_firnd_wait_end(rig->firnd);
    g_assert_cmpint(waitpid(client, NULL, 0), ==, client);
    firn_test_firnd_start(rig->firnd);
    firn_vm_rig_wait_idle(rig);
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    assert_clock(rig);
    firn_vm_rig_assert_well(rig);
}

/* A guest that an administrator has paused stays paused, with its disks; nothing resumes it
 * briefly. */
static void
test_stopped(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    firn_test_guest_do(rig->guest, "stop");
    g_free(firn_vm_rig_run(rig, 1, "create web1 s1 --memory=live"));
    g_assert_false(firn_test_guest_is_running(rig->guest));
    said = firn_vm_rig_run(rig, 0, "create web1 s1 --memory");
    g_assert_nonnull(strstr(said, "RAM paused"));
    g_assert_false(firn_test_guest_is_running(rig->guest));
    assert_image(rig, FALSE);
    firn_test_guest_do(rig->guest, "cont");
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_well(rig);
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 --stop --grace=0 --running"));
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    firn_vm_rig_assert_well(rig);
}

static void
write_word(FirnVmRig *rig, const char *word)
{
    g_autofree char *command = g_strdup_printf("echo %s >/mnt/a/word; sync", word);

    g_free(firn_test_guest_run(rig->guest, command));
}

static void
assert_word(FirnVmRig *rig, const char *word)
{
    g_autofree char *found = firn_test_guest_run(rig->guest, "cat /mnt/a/word");

    g_assert_cmpstr(found, ==, word);
}

/* After the header and the XML, whose length is in the header. */
static void
spoil_stream(FirnVmRig *rig)
{
    g_autofree char *path = find_image(rig);
    FILE *file = fopen(path, "r+b");
    guint32 length = 0;

    g_assert_nonnull(file);
    g_assert_cmpint(fseek(file, 20, SEEK_SET), ==, 0);
    g_assert_cmpuint(fread(&length, sizeof length, 1, file), ==, 1);
    g_assert_cmpint(fseek(file, 92 + (long)length, SEEK_SET), ==, 0);
    g_assert_cmpuint(fwrite("spoilt", 6, 1, file), ==, 1);
    g_assert_cmpint(fclose(file), ==, 0);
}

/* If RAM cannot be loaded, the VM keeps its previous state, and never runs with a part of it. */
static void
test_spoilt(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    write_word(rig, "then");
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1 --memory=live"));
    write_word(rig, "now");
    spoil_stream(rig);
    said = firn_vm_rig_run(rig, 1, "restore web1 s1 --stop --grace=0");
    g_assert_nonnull(strstr(said, "RAM"));
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    assert_word(rig, "now");
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_well(rig);
    g_free(firn_vm_rig_run(rig, 0, "verify web1"));
    /* The disks alone can still be restored. */
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 --stop --grace=0 --off"));
    g_free(firn_vm_rig_run(rig, 0, "undo web1 --forget"));
}

/* Changes the machine: in its machine file, or in the domain's definition. */
static void
change_machine(FirnVmRig *rig)
{
    g_autofree char *path =
        g_build_filename(firn_test_firnd_get_machines_dir(rig->firnd), "web1.conf", NULL);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *launch = NULL;
    g_autofree char *more = NULL;

    if (firn_test_domain_is_wanted()) {
        g_assert_cmpint(
            firn_test_domain_virsh(NULL, "setvcpus", "web1", "2", "--maximum", "--config", NULL),
            ==,
            0);
        return;
    }
    g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
    launch = g_key_file_get_string(file, "machine", "launch", NULL);
    more = g_strconcat(launch, " -device virtio-rng-pci", NULL);
    g_key_file_set_string(file, "machine", "launch", more);
    g_assert_true(g_key_file_save_to_file(file, path, NULL));
}

/* firnd notices a changed file a moment later. */
static char *
wait_refused(FirnVmRig *rig)
{
    gint64 end_us = firn_test_give_up_us();
    g_auto(FirnTestOutcome) outcome = {0};

    while (outcome.out == NULL || strstr(outcome.out, "[ConfigChanged]") == NULL) {
        firn_test_outcome_clear(&outcome);
        outcome = (FirnTestOutcome){0};
        firn_test_firnd_line(rig->firnd,
                             &outcome,
                             "restore web1 s1 --stop --config=keep --dry-run");
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    }
    return firn_vm_rig_run(rig, 5, "restore web1 s1 --stop --grace=0 --config=keep");
}

/* RAM is not loaded into another machine than its own, and this is checked before anything is
 * changed. By default its own is started. */
static void
test_other_machine(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    write_word(rig, "then");
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1 --memory=live"));
    write_word(rig, "now");
    change_machine(rig);
    said = wait_refused(rig);
    g_assert_nonnull(strstr(said, "--config=captured"));
    firn_vm_rig_assert_well(rig);
    assert_word(rig, "now");
    firn_vm_rig_assert_tags(rig, 1);
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 --stop --grace=0"));
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    assert_word(rig, "then");
}

/* A snapshot that would run out of space is not started: the guest is never paused for it. */
static void
test_full(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *folder =
        g_build_filename(firn_test_firnd_get_state_dir(rig->firnd), "memory", NULL);
    g_autofree char *said = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_no_errno(mount("none", folder, "tmpfs", 0, "size=20m"));
    said = firn_vm_rig_run(rig, 7, "create web1 s1 --memory");
    g_assert_nonnull(strstr(said, folder));
    assert_image(rig, FALSE);
    firn_vm_rig_assert_tags(rig, 0);
    firn_vm_rig_assert_well(rig);
    g_assert_no_errno(umount2(folder, MNT_DETACH));
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1 --memory"));
}

/* Hot plugged RAM is streamed too: with space for the rest only, nothing is started. */
static void
test_plugged(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *folder =
        g_build_filename(firn_test_firnd_get_state_dir(rig->firnd), "memory", NULL);

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_no_errno(mount("none", folder, "tmpfs", 0, "size=400m"));
    g_free(firn_vm_rig_run(rig, 7, "create web1 s1 --memory=live"));
    assert_image(rig, FALSE);
    firn_vm_rig_assert_well(rig);
    g_assert_no_errno(umount2(folder, MNT_DETACH));
}

static guint
count_lines_with(const char *word, const char *folder)
{
    g_autofree char *line = g_strdup_printf("grep -rlaF %s %s", word, folder);
    g_autofree char *out = NULL;
    guint count = 0;

    g_assert_true(g_spawn_command_line_sync(line, &out, NULL, NULL, NULL));
    for (const char *at = out; *at != '\0'; at++)
        count += *at == '\n';
    return count;
}

/* A word that exists only in the guest's RAM is on no disk once the snapshot is deleted. */
static void
test_secret(FirnVmRig *rig, gconstpointer data)
{
    const char *state = firn_test_firnd_get_state_dir(rig->firnd);
    g_autofree char *images = g_path_get_dirname(firn_test_guest_get_disk(rig->guest, 0));
    g_autofree char *line = g_strdup_printf("create web1 s1 --memory=%s", (const char *)data);

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    g_free(firn_test_guest_run(rig->guest,
                               "a=sesame; for i in 1 2 3 4; do echo $i-open-$a-$i; done "
                               ">/run/secret"));
    g_free(firn_vm_rig_run(rig, 0, line));
    g_assert_cmpuint(count_lines_with("3-open-sesame-3", state), ==, 1);
    g_assert_cmpuint(count_lines_with("3-open-sesame-3", images), ==, 0);
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 --stop --grace=0"));
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
    g_free(firn_vm_rig_run(rig, 0, "delete web1 s1"));
    g_free(firn_vm_rig_run(rig, 0, "undo web1 --forget"));
    g_assert_cmpuint(count_lines_with("3-open-sesame-3", state), ==, 0);
    g_assert_cmpuint(count_lines_with("3-open-sesame-3", images), ==, 0);
}

static void
test_refused(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *denied = firn_vm_rig_run(rig, 1, "create web1 s1 --memory");
    g_autofree char *off = NULL;

    g_assert_nonnull(strstr(denied, "firn policy web1 set allow-memory=yes"));
    firn_vm_rig_assert_well(rig);
    firn_test_guest_quit(rig->guest);
    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    off = firn_vm_rig_run(rig, 1, "create web1 s1 --memory --accept-unclean");
    g_assert_nonnull(strstr(off, "no RAM"));
    firn_vm_rig_assert_tags(rig, 0);
}

static void
add(const char *path, const char *way, void (*test)(FirnVmRig *rig, gconstpointer data))
{
    g_test_add(path, FirnVmRig, way, set_up, test, tear_down);
}

static void
add_with(const char *path,
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
    add("/vm/memory/live", "live", test_there_and_back);
    add("/vm/memory/paused", "paused", test_there_and_back);
    g_test_add("/vm/memory/huge-pages",
               FirnVmRig,
               "live",
               set_up_on_huge_pages,
               test_huge_pages,
               tear_down_on_huge_pages);
    add_with("/vm/memory/stopped", &booted, test_stopped);
    add("/vm/memory/unsettled", NULL, test_unsettled);
    if (firn_vm_rig_has_steps())
        add("/vm/memory/woken-by-recovery", NULL, test_woken_by_recovery);
    add("/vm/memory/spoilt", NULL, test_spoilt);
    add("/vm/memory/other-machine", NULL, test_other_machine);
    add("/vm/memory/full", NULL, test_full);
    add("/vm/memory/secret/live", "live", test_secret);
    add("/vm/memory/secret/paused", "paused", test_secret);
    add("/vm/memory/refused", NULL, test_refused);
    /* libvirt configures the RAM of a domain itself. */
    if (!firn_test_domain_is_wanted())
        add_with("/vm/memory/plugged", &plugged, test_plugged);
    return g_test_run();
}
