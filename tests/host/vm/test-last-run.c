/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "last-run.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "run-note.h"
#include "vm-rig.h"

typedef struct {
    FirnTestVmRig rig;
    FirnStateDir *notes;
    FirnVm *other; /* the same VM in another firnd, which finds it off */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = NULL;

    firn_test_vm_rig_set_up(&fixture->rig);
    path = g_build_filename(fixture->rig.folder, "runs", NULL);
    fixture->notes = firn_state_dir_new(path, FIRN_DURABILITY_WHOLE);
    firn_last_run_keep(fixture->rig.vm, fixture->notes);
}

static void
drop_other(gpointer data)
{
    g_clear_object(&((Fixture *)data)->other);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(drop_other, fixture);
    firn_test_vm_rig_tear_down(&fixture->rig);
    firn_state_dir_unref(fixture->notes);
}

static FirnRunEnd
judge(Fixture *fixture)
{
    return firn_last_run_judge(fixture->rig.vm);
}

static void
make_other(gpointer data)
{
    Fixture *fixture = data;
    g_autofree char *path = g_build_filename(fixture->rig.folder, "web1.conf", NULL);

    fixture->other = firn_direct_vm_new(firn_machine_file_read(path, NULL), fixture->rig.catalogue);
    firn_vm_set_state(fixture->other, FIRN_VM_STATE_OFF, "off");
}

static FirnRunEnd
judge_anew(Fixture *fixture)
{
    firn_test_loop_thread_call(drop_other, fixture);
    firn_test_loop_thread_call(make_other, fixture);
    firn_last_run_keep(fixture->other, fixture->notes);
    return firn_last_run_judge(fixture->other);
}

static void
write_to_image(Fixture *fixture)
{
    g_autofree char *path = g_build_filename(fixture->rig.folder, "vda.qcow2", NULL);
    const struct timespec times[] = {
        {1000000000, 0},
        {1000000000, 0}
    };

    g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static void
test_shut_down(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->rig);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
}

static void
test_killed(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_kill_qemu(&fixture->rig);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_UNCLEAN);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_UNCLEAN);
}

/* The first firnd has ended before QEMU exits. */
static void
test_unseen(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(judge(fixture), !=, FIRN_RUN_END_SHUT_DOWN);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_UNKNOWN);
}

/* It is unknown which process wrote: another program, or another QEMU with its own guest. */
static void
test_written_to(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->rig);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
    write_to_image(fixture);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_UNKNOWN);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_UNKNOWN);
}

/* As libvirt reports after virsh snapshot-revert. */
static void
test_reported_since(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->rig);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
    write_to_image(fixture);
    firn_last_run_report(fixture->rig.vm, FIRN_RUN_END_UNKNOWN);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_UNKNOWN);
}

static void
test_writing_heals_nothing(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_kill_qemu(&fixture->rig);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_UNCLEAN);
    write_to_image(fixture);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_UNCLEAN);
}

static void
test_own_writing(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->rig);
    firn_last_run_hold(fixture->rig.vm);
    write_to_image(fixture);
    firn_last_run_release(fixture->rig.vm);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
}

/* firn's own writes do not make an outdated note valid again. */
static void
test_held_too_late(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->rig);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
    write_to_image(fixture);
    firn_last_run_hold(fixture->rig.vm);
    firn_last_run_release(fixture->rig.vm);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_UNKNOWN);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_UNKNOWN);
    firn_last_run_hold(fixture->other);
    firn_last_run_release(fixture->other);
    g_assert_cmpint(firn_last_run_judge(fixture->other), ==, FIRN_RUN_END_UNKNOWN);
}

static void
test_gone_back(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->rig);
    firn_last_run_hold(fixture->rig.vm);
    write_to_image(fixture);
    firn_last_run_note_revert(fixture->rig.vm, FIRN_RUN_END_UNCLEAN);
    firn_last_run_release(fixture->rig.vm);
    /* A report that the source still has from the run before. */
    firn_last_run_report(fixture->rig.vm, FIRN_RUN_END_SHUT_DOWN);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_UNCLEAN);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_UNCLEAN);
}

static void
test_reported(Fixture *fixture, gconstpointer data)
{
    judge(fixture);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_UNKNOWN);
    firn_last_run_report(fixture->other, FIRN_RUN_END_SHUT_DOWN);
    g_assert_cmpint(firn_last_run_judge(fixture->other), ==, FIRN_RUN_END_SHUT_DOWN);
    firn_last_run_report(fixture->other, FIRN_RUN_END_UNCLEAN);
    g_assert_cmpint(firn_last_run_judge(fixture->other), ==, FIRN_RUN_END_UNCLEAN);
}

/* libvirt also says "shutdown" for a QEMU that was ended by SIGTERM: only the guest's own event
 * proves it, and a worse report of the source takes precedence. */
static void
test_heard_and_reported(Fixture *fixture, gconstpointer data)
{
    firn_last_run_report(fixture->rig.vm, FIRN_RUN_END_UNKNOWN);
    firn_test_vm_rig_end_qemu(&fixture->rig);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
}

static void
test_heard_and_destroyed(Fixture *fixture, gconstpointer data)
{
    firn_last_run_report(fixture->rig.vm, FIRN_RUN_END_UNCLEAN);
    firn_test_vm_rig_end_qemu(&fixture->rig);
    g_assert_cmpint(judge(fixture), ==, FIRN_RUN_END_UNCLEAN);
}

static void
forget(Fixture *fixture)
{
    g_autofree char *name = g_strconcat(firn_vm_get_uuid(fixture->rig.vm), ".json", NULL);

    firn_last_run_judge(fixture->rig.vm);
    g_assert_true(firn_state_dir_remove(fixture->notes, name, NULL));
}

static void
test_socket_left(Fixture *fixture, gconstpointer data)
{
    forget(fixture);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_UNCLEAN);
}

/* New disks. Old ones may be from before a crash of this host, or from before firn was
 * installed. */
static void
test_never_seen(Fixture *fixture, gconstpointer data)
{
    forget(fixture);
    firn_test_vm_rig_end_qemu(&fixture->rig);
    forget(fixture);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_SHUT_DOWN);
    forget(fixture);
    write_to_image(fixture);
    g_assert_cmpint(judge_anew(fixture), ==, FIRN_RUN_END_UNKNOWN);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/vm/last-run/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("shut-down", test_shut_down);
    TEST("killed", test_killed);
    TEST("ended-while-firnd-was-away", test_unseen);
    TEST("images-written-to-since", test_written_to);
    TEST("reported-since", test_reported_since);
    TEST("writing-heals-nothing", test_writing_heals_nothing);
    TEST("own-writing-changes-nothing", test_own_writing);
    TEST("own-writing-proves-nothing", test_held_too_late);
    TEST("gone-back", test_gone_back);
    TEST("reported-by-its-source", test_reported);
    TEST("guest-heard-and-reported", test_heard_and_reported);
    TEST("guest-heard-and-destroyed", test_heard_and_destroyed);
    TEST("socket-left-behind", test_socket_left);
    TEST("never-seen-to-run", test_never_seen);
    return g_test_run();
}
