/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crash-rig.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "disk-image.h"
#include "flash.h"
#include "patience.h"
#include "saved-guest.h"

/* Set for programs that run where there are volumes, also while they are prepared elsewhere. */
#define ON_VOLUMES    "FIRN_TEST_ON_VOLUMES"

#define LOOK_AGAIN_US (10 * 1000)
#define ASK_AGAIN_US  (50 * 1000) /* each question costs firnd and the bus some time */

/* %NULL: the guest gets images of its own. */
static GStrv
list_disks(void)
{
    const char *disks = g_getenv("FIRN_TEST_DISKS");

    return disks == NULL ? NULL : g_strsplit(disks, ",", 0);
}

void
firn_crash_rig_set_up(FirnCrashRig *self, gconstpointer unused)
{
    g_auto(GStrv) disks = list_disks();
    const FirnTestGuestOptions options = {.n_disks = g_getenv(ON_VOLUMES) == NULL ? 2 : 3,
                                          .disk_paths = (const char *const *)disks,
                                          .firmware = FIRN_TEST_FLASH_SEABIOS};

    if (g_getenv("FIRN_TEST_PREPARE") != NULL) {
        firn_test_saved_guest_prepare(&options);
        exit(0);
    }
    self->n_disks = options.n_disks;
    self->guest = firn_test_guest_new(&options);
    self->firnd = firn_test_firnd_new();
    self->client = 0;
    firn_test_guest_write_machine_file(self->guest,
                                       firn_test_firnd_get_machines_dir(self->firnd),
                                       "web1");
    firn_test_guest_wait_ready(self->guest);
    firn_test_firnd_start(self->firnd);
}

void
firn_crash_rig_tear_down(FirnCrashRig *self, gconstpointer unused)
{
    firn_test_firnd_free(self->firnd);
    firn_test_guest_free(self->guest);
}

void
firn_crash_rig_do(FirnCrashRig *self, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(self->firnd, &outcome, line);
    if (outcome.status != 0)
        g_error("firn %s: exit status %d: %s", line, outcome.status, outcome.err);
}

void
firn_crash_rig_stop(FirnCrashRig *self)
{
    firn_test_firnd_signal(self->firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(self->firnd), ==, 0);
}

gboolean
firn_crash_rig_begin(FirnCrashRig *self, const char *step, const char *line)
{
    if (firn_test_firnd_get_pid(self->firnd) != 0)
        firn_crash_rig_stop(self);
    firn_test_firnd_set_crash_at(self->firnd, step);
    firn_test_firnd_launch(self->firnd);
    if (line == NULL)
        return TRUE;
    while (!firn_test_firnd_is_up(self->firnd)) {
        if (firn_test_firnd_has_stopped(self->firnd))
            return FALSE;
        g_usleep(LOOK_AGAIN_US);
    }
    self->client = firn_test_firnd_spawn_line(self->firnd, line);
    return TRUE;
}

static gboolean
is_client_gone(FirnCrashRig *self)
{
    siginfo_t info = {0};

    g_assert_no_errno(waitid(P_PID, (id_t)self->client, &info, WEXITED | WNOHANG | WNOWAIT));
    return info.si_pid != 0;
}

static gboolean
is_empty(const char *parent, const char *name, const char *suffix)
{
    g_autofree char *folder = g_build_filename(parent, name, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *file;

    while (dir != NULL && (file = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(file, suffix))
            return FALSE;
    return TRUE;
}

/* Neither a lease nor a journal entry of an interrupted job is left. */
static gboolean
has_no_notes(FirnCrashRig *self)
{
    return is_empty(firn_test_firnd_get_runtime_dir(self->firnd), "leases", ".json") &&
           is_empty(firn_test_firnd_get_state_dir(self->firnd), "journal", ".json");
}

/* Whether firnd has finished what it has to do at its start: the job that does it ends after its
 * last step. Looks at the leases and journal entries first, because a firnd that stops at a step
 * would keep the caller waiting. */
static gboolean
has_recovered(FirnCrashRig *self)
{
    return has_no_notes(self) && !firn_test_firnd_has_stopped(self->firnd) &&
           firn_test_firnd_is_idle(self->firnd);
}

static char *
read_step(FirnCrashRig *self)
{
    g_autofree char *log = firn_test_firnd_dup_log(self->firnd);
    char *line = strstr(log, "step ");
    char *name = line == NULL ? NULL : strstr(line, ": ");

    g_assert_nonnull(name);
    return g_strndup(name + 2, strcspn(name + 2, "\n"));
}

char *
firn_crash_rig_wait_step(FirnCrashRig *self)
{
    gint64 end_us = firn_test_give_up_us();

    while (!firn_test_firnd_has_stopped(self->firnd)) {
        if (self->client == 0 ? has_recovered(self) : is_client_gone(self))
            return NULL;
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(LOOK_AGAIN_US);
    }
    return read_step(self);
}

int
firn_crash_rig_wait_client(FirnCrashRig *self)
{
    gint64 end_us = firn_test_give_up_us();
    int status = 0;

    if (self->client == 0)
        return 0;
    while (waitpid(self->client, &status, WNOHANG) == 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(LOOK_AGAIN_US);
    }
    self->client = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static gboolean
is_in_state(FirnCrashRig *self, const char *state, gboolean is_wanted)
{
    g_autofree char *found = firn_test_firnd_dup_state(self->firnd, "web1");

    return found != NULL && g_str_equal(found, state) == is_wanted;
}

void
firn_crash_rig_wait_state(FirnCrashRig *self, const char *state, gboolean is_wanted)
{
    gint64 end_us = firn_test_give_up_us();

    while (!is_in_state(self, state, is_wanted)) {
        if (g_get_monotonic_time() > end_us)
            g_error("web1 %s %s; firnd said: %s",
                    is_wanted ? "does not become" : "stays",
                    state,
                    firn_test_firnd_dup_log(self->firnd));
        g_usleep(ASK_AGAIN_US);
    }
}

void
firn_crash_rig_settle(FirnCrashRig *self)
{
    gint64 end_us = firn_test_give_up_us();

    firn_test_firnd_set_crash_at(self->firnd, NULL);
    if (firn_test_firnd_get_pid(self->firnd) == 0)
        firn_test_firnd_start(self->firnd);
    /* A firnd that has not yet noticed that it may continue is idle, too. */
    while (!has_no_notes(self) || !firn_test_firnd_is_idle(self->firnd)) {
        if (g_get_monotonic_time() > end_us)
            g_error("firnd has not ended what was interrupted; it said: %s",
                    firn_test_firnd_dup_log(self->firnd));
        g_usleep(ASK_AGAIN_US);
    }
}

static JsonObject *
read_catalogue(FirnCrashRig *self, JsonParser *parser)
{
    g_autofree char *path = g_strdup_printf("%s/vm/%s.json",
                                            firn_test_firnd_get_state_dir(self->firnd),
                                            firn_test_guest_get_uuid(self->guest));
    g_autoptr(GError) error = NULL;

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return NULL;
    json_parser_load_from_file(parser, path, &error);
    g_assert_no_error(error);
    return json_node_get_object(json_parser_get_root(parser));
}

/* The undo point is on the disks, too. */
static GPtrArray *
list_tags(FirnCrashRig *self)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *root = read_catalogue(self, parser);
    JsonArray *snapshots = root == NULL ? NULL : json_object_get_array_member(root, "snapshots");
    GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);
    guint count = snapshots == NULL ? 0 : json_array_get_length(snapshots);
    JsonObject *record;

    for (guint i = 0; i < count; i++) {
        record = json_array_get_object_element(snapshots, i);
        g_ptr_array_add(tags, g_strdup(json_object_get_string_member(record, "tag")));
    }
    if (root != NULL && json_object_has_member(root, "undo")) {
        record =
            json_object_get_object_member(json_object_get_object_member(root, "undo"), "snapshot");
        g_ptr_array_add(tags, g_strdup(json_object_get_string_member(record, "tag")));
    }
    return tags;
}

guint
firn_crash_rig_count(FirnCrashRig *self)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *root = read_catalogue(self, parser);

    return root == NULL ? 0
                        : json_array_get_length(json_object_get_array_member(root, "snapshots"));
}

gboolean
firn_crash_rig_can_undo(FirnCrashRig *self)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *root = read_catalogue(self, parser);

    return root != NULL && json_object_has_member(root, "undo");
}

static void
assert_tables(FirnCrashRig *self)
{
    g_autoptr(GPtrArray) expected = list_tags(self);

    for (guint disk = 0; disk < self->n_disks; disk++) {
        g_auto(GStrv) tags =
            firn_test_disk_image_list_snapshots(firn_test_guest_get_disk(self->guest, disk));

        if (g_strv_length(tags) != expected->len)
            g_error("disk %u has %u snapshots, the catalogue %u; firnd said: %s",
                    disk,
                    g_strv_length(tags),
                    expected->len,
                    firn_test_firnd_dup_log(self->firnd));
        for (guint i = 0; i < expected->len; i++)
            g_assert_true(g_strv_contains((const char *const *)tags, expected->pdata[i]));
    }
}

/* Asserts that @folder contains only the files that belong there. */
static void
assert_no_files(const char *parent, const char *name, const char *expected)
{
    g_autofree char *folder = g_build_filename(parent, name, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *file;

    while (dir != NULL && (file = g_dir_read_name(dir)) != NULL)
        if (g_strcmp0(file, expected) != 0)
            g_error("%s/%s is left", folder, file);
}

/* No file system is frozen, and both disks are of one instant. Asked with one command, because each
 * takes the guest longer than the rest of a step. */
static void
assert_guest(FirnCrashRig *self)
{
    g_assert_true(firn_test_guest_is_running(self->guest));
    g_free(firn_test_guest_run(self->guest,
                               "state=$(is-frozen /mnt/a /mnt/b);"
                               " { read -r a </mnt/a/word; read -r b </mnt/b/word; } 2>/dev/null;"
                               " echo \"$state, with the words '$a' and '$b'\";"
                               " [ \"$state\" = thawed ] && [ \"$a\" = \"$b\" ]"));
}

static gboolean
is_there(FirnCrashRig *self)
{
    firn_test_guest_follow(self->guest);
    if (firn_test_guest_get_pid(self->guest) == 0)
        return FALSE;
    firn_test_guest_wait_answer(self->guest);
    return TRUE;
}

void
firn_crash_rig_assert_promises(FirnCrashRig *self)
{
    const char *state = firn_test_firnd_get_state_dir(self->firnd);
    g_autofree char *document = g_strconcat(firn_test_guest_get_uuid(self->guest), ".json", NULL);

    if (is_there(self))
        assert_guest(self);
    assert_tables(self);
    assert_no_files(firn_test_firnd_get_runtime_dir(self->firnd), "leases", NULL);
    assert_no_files(state, "journal", NULL);
    assert_no_files(state, "vm", document);
    /* No variable is partly written. */
    firn_test_flash_read(firn_test_guest_get_path(self->guest, "vars.fd"));
    if (firn_crash_rig_count(self) == 0)
        assert_no_files(state, "memory", NULL);
    if (firn_crash_rig_count(self) == 0 && !firn_crash_rig_can_undo(self))
        assert_no_files(state, "nvram", NULL);
    firn_crash_rig_do(self, "verify web1");
}
