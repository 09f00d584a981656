/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* test-beside [GTest's options] NUMBER: jobs of firn one after the other, while virsh does
 * something at a random moment of each. GTest prints the seed; --seed=SEED repeats the same
 * rounds. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "crash-rig.h"
#include "disk-image.h"
#include "domain.h"
#include "patience.h"
#include "wire.h"

#define LATEST_US     (300 * 1000)
#define LOOK_AGAIN_US (20 * 1000)
#define SAMPLED       5 /* a sample has a fifth of the rounds */
#define MANY          6
#define VIRSH         "virsh --quiet --connect qemu:///system "

typedef enum {
    AFTER_NOTHING,
    AFTER_UNDO,   /* undone when firn has ended */
    AFTER_RESUME, /* undone while firn waits: a paused guest cannot be thawed */
    AFTER_START,  /* the guest is started again */
} After;

/* What an administrator does, and how he undoes it. "%s" is the guest's folder. */
typedef struct {
    After after;
    const char *line;
    const char *undo; /* (nullable) */
} Deed;

/* clang-format off */
static const Deed deeds[] = {
    {AFTER_NOTHING, "domfsthaw web1", NULL},
    {AFTER_UNDO,    "domfsfreeze web1", "domfsthaw web1"},
    {AFTER_START,   "destroy web1", NULL},
    {AFTER_RESUME,  "suspend web1", "resume web1"},
    {AFTER_UNDO,    "attach-disk web1 %s/c.qcow2 vdc --subdriver qcow2 --live",
                    "detach-disk web1 vdc --live"},
    {AFTER_NOTHING, "blockcopy web1 vda --dest %s/copy.qcow2 --transient-job --wait --finish "
                    "--bandwidth 20", NULL},
    {AFTER_UNDO,    "undefine web1 --snapshots-metadata", "define %s/domain.xml"},
    {AFTER_UNDO,    "snapshot-create-as web1 theirs", "snapshot-delete web1 theirs"},
};
/* clang-format on */

typedef struct {
    FirnCrashRig rig;
    char *folder; /* (owned) of the guest */
    guint made;
    guint done[G_N_ELEMENTS(deeds)]; /* how often virsh did each of them */
    guint proved;                    /* snapshots with a consistent verdict that were checked */
} Fixture;

static guint rounds;

static void
set_up(Fixture *self, gconstpointer data)
{
    firn_crash_rig_set_up(&self->rig, NULL);
    firn_crash_rig_do(&self->rig, "policy web1 set max-snapshots=100");
    self->folder = g_path_get_dirname(firn_test_guest_get_disk(self->rig.guest, 0));
    g_free(firn_test_disk_image_create(self->folder, "c", "qcow2", 10, FALSE));
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_crash_rig_tear_down(&self->rig, NULL);
    g_free(self->folder);
}

static char *
choose_job(Fixture *self)
{
    guint there = firn_crash_rig_count(&self->rig);

    if (there >= MANY)
        return g_strdup("delete web1 --all --yes");
    switch (g_test_rand_int_range(0, there > 0 ? 6 : 5)) {
    case 0:
    case 1:
    case 2:
        return g_strdup_printf("create web1 s%u", ++self->made);
    case 3:
        return g_strdup_printf("create web1 s%u --quiesce=try", ++self->made);
    case 4:
        return g_strdup("quiesce web1 --exec sleep 0.2");
    default:
        return g_strdup("delete web1 @current --yes");
    }
}

static char *
fill_in(Fixture *self, const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, "%s", 0);
    g_autofree char *whole = g_strjoinv(self->folder, parts);

    return g_strconcat(VIRSH, whole, NULL);
}

/* Ignores the result: virsh may be refused. */
static gboolean
do_deed(Fixture *self, const char *line)
{
    g_autofree char *all = fill_in(self, line);
    g_autofree char *errors = NULL;
    int status = -1;

    g_assert_true(g_spawn_command_line_sync(all, NULL, &errors, &status, NULL));
    g_test_message("%s: %d %s", all, status, errors);
    return status == 0;
}

/* Repeats the command until it succeeds. */
static void
insist(Fixture *self, const char *line)
{
    gint64 deadline_us = firn_test_give_up_us();

    while (!do_deed(self, line)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
start_again(Fixture *self)
{
    FirnCrashRig *rig = &self->rig;

    firn_test_guest_kill(rig->guest);
    firn_crash_rig_settle(rig);
    firn_crash_rig_assert_promises(rig);
    firn_test_guest_start(rig->guest, NULL);
    firn_test_guest_wait_ready(rig->guest);
}

static void
put_right(Fixture *self, const Deed *deed)
{
    g_autofree char *copy = g_build_filename(self->folder, "copy.qcow2", NULL);

    unlink(copy);
    if (deed->after == AFTER_UNDO)
        insist(self, deed->undo);
    else if (deed->after == AFTER_START)
        start_again(self);
}

/* No verdict is wrong: a guest that was not completely frozen leaves a journal to replay. */
static void
assert_label(Fixture *self)
{
    g_autofree char *name = g_strdup_printf("s%u", self->made);
    g_autoptr(JsonNode) shown = firn_test_firnd_show(self->rig.firnd, "web1", name);
    JsonObject *record = json_node_get_object(shown);

    if (!g_str_equal(json_object_get_string_member(record, "verdict"), "filesystem"))
        return;
    for (guint i = 0; i < 2; i++) {
        g_autofree char *raw =
            firn_test_disk_image_extract(firn_test_guest_get_disk(self->rig.guest, i),
                                         json_object_get_string_member(record, "tag"));

        g_assert_false(firn_test_disk_image_needs_recovery(raw));
        unlink(raw);
    }
    self->proved++;
}

static void
play_round(Fixture *self, guint number)
{
    guint chosen = (guint)g_test_rand_int_range(0, G_N_ELEMENTS(deeds));
    guint wait_us = (guint)g_test_rand_int_range(0, LATEST_US);
    g_autofree char *job = choose_job(self);
    FirnCrashRig *rig = &self->rig;
    guint before = firn_crash_rig_count(rig);
    gboolean is_create = g_str_has_prefix(job, "create");
    gboolean is_done;
    int status;

    g_test_message("round %u: %s, and after %u us:", number, job, wait_us);
    rig->client = firn_test_firnd_spawn_line(rig->firnd, job);
    g_usleep(wait_us);
    is_done = do_deed(self, deeds[chosen].line);
    self->done[chosen] += is_done;
    if (is_done && deeds[chosen].after == AFTER_RESUME)
        insist(self, deeds[chosen].undo);
    status = firn_crash_rig_wait_client(rig);
    g_test_message("firn: %d", status);
    if (is_done)
        put_right(self, &deeds[chosen]);
    firn_crash_rig_settle(rig);
    firn_crash_rig_assert_promises(rig);
    if (is_create && status == 0) {
        g_assert_cmpuint(firn_crash_rig_count(rig), ==, before + 1);
        assert_label(self);
    }
}

static void
test_rounds(Fixture *self, gconstpointer data)
{
    for (guint i = 1; i <= rounds; i++)
        play_round(self, i);
    for (guint i = 0; i < G_N_ELEMENTS(deeds); i++) {
        g_auto(GStrv) words = g_strsplit(deeds[i].line, " ", 2);

        g_test_message("virsh %s was done in %u of %u rounds", words[0], self->done[i], rounds);
    }
    g_test_message("%u snapshots were called consistent, and are", self->proved);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    rounds = argc > 1 ? (guint)atoi(argv[1]) : 100;
    if (g_getenv("FIRN_CRASH_SAMPLE") != NULL)
        rounds /= SAMPLED;
    g_test_add("/libvirt/beside", Fixture, NULL, set_up, test_rounds, tear_down);
    return g_test_run();
}
