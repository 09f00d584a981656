/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest.h"

#include <gio/gio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "disk-image.h"
#include "domain.h"
#include "flash.h"
#include "guest-ack.h"
#include "guest-command-line.h"
#include "guest-image.h"
#include "guest-options.h"
#include "guest-port.h"
#include "guest-shell.h"
#include "leash.h"
#include "patience.h"
#include "saved-guest.h"
#include "scratch-dir.h"
#include "side-monitor.h"
#include "wire.h"

#define ACK_MS        60000
#define RUN_MS        30000
#define ANSWER_MS     3000
#define LOOK_AGAIN_MS 20

struct FirnTestGuest {
    FirnTestScratchDir *dir;      /* (owned) */
    GHashTable *paths;            /* (owned) (element-type utf8 utf8) name -> path in dir */
    GPtrArray *disks;             /* (owned) (element-type utf8) images, vda first */
    GPtrArray *command_line;      /* (owned) (nullable) (element-type utf8) of QEMU; no domain's */
    char *uuid;                   /* (owned) */
    FirnTestDomain *domain;       /* (owned) (nullable) %NULL: QEMU is this process's own child */
    GPid pid;                     /* 0: not running */
    char *words;                  /* (owned) (nullable) for its init */
    gboolean is_adopted;          /* started by another process: not a child of this one */
    guint boots_due;              /* how many boots firn_test_guest_wait_ready() waits for */
    FirnTestGuestShell *shell;    /* (owned) */
    FirnTestSideMonitor *monitor; /* (owned) (nullable) connected when first used */
};

static void
copy_disk(FirnTestGuest *guest, const char *template, const char *name)
{
    const char *path = firn_test_guest_get_path(guest, name);

    g_free(firn_test_disk_image_run("cp", template, path, NULL));
    g_ptr_array_add(guest->disks, g_strdup(path));
}

static void
make_disk(FirnTestGuest *guest, const FirnTestGuestOptions *options, guint index)
{
    const char letter[] = {(char)('a' + index), '\0'};
    g_autofree char *name =
        g_strdup_printf("%s.%s", letter, firn_test_guest_options_get_format(options));

    if (options->disk_paths != NULL) {
        g_ptr_array_add(guest->disks, g_strdup(strchr(options->disk_paths[index], ':') + 1));
        return;
    }
    if (options->disk_templates != NULL) {
        copy_disk(guest, options->disk_templates[index], name);
        return;
    }
    g_ptr_array_add(guest->disks,
                    firn_test_disk_image_create(firn_test_scratch_dir_get_path(guest->dir),
                                                letter,
                                                firn_test_guest_options_get_format(options),
                                                options->disk_mib > 0 ? options->disk_mib : 64,
                                                options->with_backing));
}

static void
define_domain(FirnTestGuest *guest, const FirnTestGuestOptions *options)
{
    g_autofree char *kernel = firn_test_guest_image_file("vmlinuz");
    g_autofree char *initrd = firn_test_guest_image_file("initrd");
    g_autofree char *emulator = firn_test_guest_image_dup_qemu();
    g_autoptr(GPtrArray) disks = g_ptr_array_new();
    FirnTestDomainHardware hardware = {
        .uuid = guest->uuid,
        .memory_mib = firn_test_guest_options_get_memory_mib(options),
        .on_huge_pages = options->on_huge_pages,
        .emulator = emulator,
        .kernel = kernel,
        .initrd = initrd,
        .words = FIRN_TEST_GUEST_KERNEL_WORDS,
        .disk_format = firn_test_guest_options_get_format(options),
        .folder = firn_test_scratch_dir_get_path(guest->dir),
        .has_agent_channel = !options->without_agent_channel,
        .extra = options->extra,
        .firmware = options->firmware,
        .variables = firn_test_guest_get_path(guest, "vars.fd"),
    };

    g_ptr_array_extend(disks, guest->disks, NULL, NULL);
    g_ptr_array_add(disks, NULL);
    hardware.disks = (const char *const *)disks->pdata;
    guest->domain =
        firn_test_domain_define(options->name != NULL ? options->name : "web1", &hardware);
}

/* A thorough run boots all of them. */
static FirnTestGuestStart
allowed_start(FirnTestGuestStart wanted)
{
    return wanted == FIRN_TEST_GUEST_BEGINS && g_getenv("FIRN_TEST_BOOT") != NULL
               ? FIRN_TEST_GUEST_BOOTS
               : wanted;
}

void
firn_test_guest_set_start(FirnTestGuest *guest, FirnTestGuestStart start)
{
    firn_test_saved_guest_write_start(firn_test_guest_get_path(guest, "start"),
                                      allowed_start(start),
                                      guest->words);
}

FirnTestGuest *
firn_test_guest_new(const FirnTestGuestOptions *options)
{
    const FirnTestGuestOptions two_disks = {.n_disks = 2};
    FirnTestGuest *guest = g_new0(FirnTestGuest, 1);

    if (options == NULL)
        options = &two_disks;
    if (allowed_start(options->start) == FIRN_TEST_GUEST_BEGINS)
        firn_test_saved_guest_prepare(options);
    guest->dir = firn_test_scratch_dir_new();
    guest->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guest->disks = g_ptr_array_new_with_free_func(g_free);
    guest->uuid = g_uuid_string_random();
    guest->shell = firn_test_guest_shell_new(firn_test_guest_get_path(guest, "control"));
    for (guint i = 0; i < options->n_disks; i++)
        make_disk(guest, options, i);
    guest->words = g_strdup(options->words);
    firn_test_guest_set_start(guest, options->start);
    if (options->firmware != NULL)
        firn_test_flash_make(firn_test_guest_get_path(guest, "vars.fd"), options->variables);
    if (firn_test_domain_is_wanted())
        define_domain(guest, options);
    else
        guest->command_line = firn_test_guest_command_line_new(guest, options);
    firn_test_guest_start(guest, NULL);
    return guest;
}

static void
on_forked(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void
start_qemu(FirnTestGuest *guest, const char *const *extra)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    g_ptr_array_extend(words, guest->command_line, NULL, NULL);
    for (guint i = 0; extra != NULL && extra[i] != NULL; i++)
        g_ptr_array_add(words, (gpointer)extra[i]);
    g_ptr_array_add(words, NULL);
    g_spawn_async(NULL,
                  (char **)words->pdata,
                  NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                  on_forked,
                  NULL,
                  &guest->pid,
                  &error);
    g_assert_no_error(error);
}

void
firn_test_guest_start(FirnTestGuest *guest, const char *const *extra)
{
    g_assert_cmpint(guest->pid, ==, 0);
    guest->boots_due = firn_test_guest_count_boots(guest) + 1;
    if (guest->domain == NULL) {
        start_qemu(guest, extra);
        return;
    }
    g_assert_null(extra);
    guest->pid = firn_test_domain_start(guest->domain);
}

/* Counts how often its init has printed @word. */
static guint
count_word(FirnTestGuest *guest, const char *word)
{
    g_autofree char *console = NULL;
    guint count = 0;

    if (!g_file_get_contents(firn_test_guest_get_path(guest, "console"), &console, NULL, NULL))
        return 0;
    for (char *at = console; (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

guint
firn_test_guest_count_boots(FirnTestGuest *guest)
{
    return count_word(guest, "firn-ready");
}

/* For tests/measure. */
static void
tell_boots(FirnTestGuest *guest)
{
    guint boots = count_word(guest, "firn-boot");
    guint ready = count_word(guest, "firn-ready");

    g_test_message("guest: %u boots, began %u times", boots, ready - MIN(boots, ready));
}

static gboolean
has_ended(FirnTestGuest *guest)
{
    return guest->domain != NULL ? firn_test_domain_has_ended(guest->domain)
                                 : firn_test_leash_is_gone(guest->pid);
}

/* Reports an unexpected end of QEMU at once, not only at the deadline. */
static void
assert_alive(FirnTestGuest *guest)
{
    g_assert_cmpint(guest->pid, !=, 0);
    if (has_ended(guest))
        g_error("QEMU has ended by itself");
}

static gboolean
is_agent_port_open(FirnTestGuest *guest)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = firn_test_guest_qmp(guest, "query-chardev", NULL, &error);

    g_assert_no_error(error);
    return firn_test_guest_port_is_open(reply);
}

/* Fails with a message of how far the boot has come when the deadline has passed. */
static void
assert_in_time(FirnTestGuest *guest, gint64 deadline_us, const char *what)
{
    const char *path = firn_test_guest_get_path(guest, "console");
    g_autofree char *console = NULL;

    assert_alive(guest);
    if (g_get_monotonic_time() < deadline_us)
        return;
    g_file_get_contents(path, &console, NULL, NULL);
    g_error("the guest is not %s, is at boot %u of %u, and is %s; its console: %s",
            what,
            firn_test_guest_count_boots(guest),
            guest->boots_due,
            firn_test_guest_is_running(guest) ? "running" : "paused",
            console);
}

void
firn_test_guest_wait_ready(FirnTestGuest *guest)
{
    gint64 deadline_us = firn_test_give_up_us();

    while (firn_test_guest_count_boots(guest) < guest->boots_due) {
        assert_in_time(guest, deadline_us, "ready");
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
    if (guest->domain != NULL)
        firn_test_domain_wait_agent(guest->domain, is_agent_port_open(guest));
}

const char *
firn_test_guest_get_path(FirnTestGuest *guest, const char *name)
{
    const char *path = g_hash_table_lookup(guest->paths, name);

    if (path == NULL) {
        char *built = g_build_filename(firn_test_scratch_dir_get_path(guest->dir), name, NULL);
        g_hash_table_insert(guest->paths, g_strdup(name), built);
        path = built;
    }
    return path;
}

const char *
firn_test_guest_get_disk(FirnTestGuest *guest, guint index)
{
    g_assert_cmpuint(index, <, guest->disks->len);
    return guest->disks->pdata[index];
}

const char *
firn_test_guest_get_uuid(FirnTestGuest *guest)
{
    return guest->uuid;
}

GPid
firn_test_guest_get_pid(FirnTestGuest *guest)
{
    return guest->pid;
}

void
firn_test_guest_write_machine_file(FirnTestGuest *guest, const char *dir, const char *name)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = g_strdup_printf("%s/%s.conf", dir, name);
    g_autofree char *launch = NULL;
    g_autoptr(GError) error = NULL;

    if (guest->domain != NULL) {
        g_assert_cmpstr(firn_test_domain_get_name(guest->domain), ==, name);
        return;
    }
    launch = firn_test_leash_on(firn_test_scratch_dir_get_path(guest->dir), guest->command_line);
    g_key_file_set_string(file, "machine", "uuid", guest->uuid);
    g_key_file_set_string(file, "machine", "qmp", firn_test_guest_get_path(guest, "qmp"));
    g_key_file_set_string(file, "machine", "agent", firn_test_guest_get_path(guest, "qga"));
    g_key_file_set_string(file, "machine", "launch", launch);
    firn_test_flash_tell(file, firn_test_guest_get_path(guest, "vars.fd"));
    for (guint i = 0; i < guest->disks->len; i++) {
        g_autofree char *target = g_strdup_printf("vd%c", 'a' + i);
        const char *disk = guest->disks->pdata[i];
        g_autofree char *value =
            g_strconcat(firn_test_disk_image_is_device(disk) ? "raw:" : "", disk, NULL);

        g_key_file_set_string(file, "disks", target, value);
    }
    g_key_file_save_to_file(file, path, &error);
    g_assert_no_error(error);
}

char *
firn_test_guest_shell(FirnTestGuest *guest,
                      const char *command,
                      guint deadline_ms,
                      int *out_status,
                      GError **error)
{
    return firn_test_guest_shell_run(guest->shell, command, deadline_ms, out_status, error);
}

char *
firn_test_guest_run(FirnTestGuest *guest, const char *command)
{
    g_autoptr(GError) error = NULL;
    int status = -1;
    char *output = firn_test_guest_shell(guest, command, RUN_MS, &status, &error);

    g_assert_no_error(error);
    if (status != 0)
        g_error("in guest: %s: exit status %d: %s", command, status, output);
    return g_strchomp(output);
}

void
firn_test_guest_write_file(FirnTestGuest *guest, const char *path, const char *text)
{
    g_autofree char *encoded = g_base64_encode((const guchar *)text, strlen(text));
    g_autofree char *command = g_strdup_printf("echo %s | base64 -d > %s", encoded, path);

    g_free(firn_test_guest_run(guest, command));
}

gboolean
firn_test_guest_is_frozen(FirnTestGuest *guest, const char *folder)
{
    g_autofree char *command = g_strdup_printf("is-frozen %s", folder);
    g_autofree char *answer = firn_test_guest_run(guest, command);

    return g_str_equal(answer, "frozen");
}

/* A request may have gone to an earlier QEMU, and a guest on a busy host may answer late. */
void
firn_test_guest_wait_answer(FirnTestGuest *guest)
{
    gint64 deadline_us = firn_test_give_up_us();
    guint patience_ms = ANSWER_MS;
    g_autofree char *answer = firn_test_guest_shell(guest, "true", patience_ms, NULL, NULL);

    while (answer == NULL) {
        assert_in_time(guest, deadline_us, "there to answer");
        patience_ms = MIN(2 * patience_ms, RUN_MS);
        answer = firn_test_guest_shell(guest, "true", patience_ms, NULL, NULL);
    }
    guest->boots_due = firn_test_guest_count_boots(guest);
}

gint64
firn_test_guest_get_last_ack(FirnTestGuest *guest)
{
    return firn_test_guest_ack_read(firn_test_guest_get_path(guest, "ack"));
}

void
firn_test_guest_wait_ack(FirnTestGuest *guest, gint64 number)
{
    gint64 deadline_us = firn_test_wire_deadline(ACK_MS);

    while (firn_test_guest_get_last_ack(guest) < number) {
        assert_alive(guest);
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

static FirnTestSideMonitor *
get_monitor(FirnTestGuest *guest, GError **error)
{
    if (guest->monitor == NULL)
        guest->monitor =
            firn_test_side_monitor_new(firn_test_guest_get_path(guest, "qmp-test"), error);
    return guest->monitor;
}

JsonNode *
firn_test_guest_qmp(FirnTestGuest *guest,
                    const char *command,
                    const char *arguments,
                    GError **error)
{
    FirnTestSideMonitor *monitor = get_monitor(guest, error);

    if (monitor == NULL)
        return NULL;
    return firn_test_side_monitor_call(monitor, command, arguments, error);
}

void
firn_test_guest_do(FirnTestGuest *guest, const char *command)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = firn_test_guest_qmp(guest, command, NULL, &error);

    g_assert_no_error(error);
    g_assert_nonnull(reply);
}

JsonNode *
firn_test_guest_wait_event(FirnTestGuest *guest,
                           const char *name,
                           guint deadline_ms,
                           GError **error)
{
    FirnTestSideMonitor *monitor = get_monitor(guest, error);

    if (monitor == NULL)
        return NULL;
    return firn_test_side_monitor_wait_event(monitor, name, deadline_ms, error);
}

gboolean
firn_test_guest_is_running(FirnTestGuest *guest)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = firn_test_guest_qmp(guest, "query-status", NULL, &error);

    g_assert_no_error(error);
    return json_object_get_boolean_member(json_node_get_object(reply), "running");
}

void
firn_test_guest_reset(FirnTestGuest *guest)
{
    guest->boots_due = firn_test_guest_count_boots(guest) + 1;
    firn_test_guest_do(guest, "system_reset");
}

static void
wait_end(FirnTestGuest *guest)
{
    if (guest->domain != NULL) {
        firn_test_domain_wait_end(guest->domain);
        return;
    }
    while (!has_ended(guest))
        poll(NULL, 0, LOOK_AGAIN_MS);
    if (!guest->is_adopted)
        waitpid(guest->pid, NULL, 0);
}

static void
let_go(FirnTestGuest *guest)
{
    guest->pid = 0;
    guest->is_adopted = FALSE;
    g_clear_pointer(&guest->monitor, firn_test_side_monitor_free);
    firn_test_guest_shell_hang_up(guest->shell);
}

static void
reap(FirnTestGuest *guest)
{
    wait_end(guest);
    let_go(guest);
}

void
firn_test_guest_adopt(FirnTestGuest *guest)
{
    /* If it was ended before it was ready, that boot is still to be counted. */
    gboolean was_ready = firn_test_guest_count_boots(guest) >= guest->boots_due;

    /* The domain runs again, so wait until libvirt no longer reports it as off. */
    if (guest->pid != 0 && guest->domain == NULL)
        wait_end(guest);
    let_go(guest);
    guest->pid = guest->domain != NULL
                     ? firn_test_domain_adopt(guest->domain)
                     : firn_test_leash_read_pid(firn_test_scratch_dir_get_path(guest->dir));
    guest->is_adopted = TRUE;
    guest->boots_due += was_ready;
}

static gboolean
is_started_by_others(FirnTestGuest *guest)
{
    return guest->domain != NULL
               ? firn_test_domain_is_on(guest->domain)
               : firn_test_leash_holds(firn_test_scratch_dir_get_path(guest->dir));
}

void
firn_test_guest_follow(FirnTestGuest *guest)
{
    if (guest->pid != 0 && has_ended(guest)) {
        if (guest->domain == NULL)
            wait_end(guest);
        let_go(guest);
    }
    if (guest->pid == 0 && is_started_by_others(guest))
        firn_test_guest_adopt(guest);
}

void
firn_test_guest_quit(FirnTestGuest *guest)
{
    firn_test_guest_do(guest, "quit");
    reap(guest);
}

void
firn_test_guest_kill(FirnTestGuest *guest)
{
    if (guest->pid == 0)
        return;
    kill(guest->pid, SIGKILL);
    reap(guest);
}

void
firn_test_guest_free(FirnTestGuest *guest)
{
    if (guest == NULL)
        return;
    firn_test_guest_kill(guest);
    tell_boots(guest);
    firn_test_domain_free(guest->domain);
    firn_test_guest_shell_free(guest->shell);
    firn_test_scratch_dir_free(guest->dir);
    g_hash_table_unref(guest->paths);
    g_ptr_array_unref(guest->disks);
    g_clear_pointer(&guest->command_line, g_ptr_array_unref);
    g_free(guest->uuid);
    g_free(guest->words);
    g_free(guest);
}
