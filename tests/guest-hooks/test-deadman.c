/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "deadman.h"

#include <fcntl.h>

#include "fake-thawer.h"

#define LONG_MS 20000

static FirnThawer thawer;
static FirnMounts mounts;

static FirnDeadman *
arm(FirnTestHookRig *rig, int64_t timeout_ms)
{
    FirnDeadman *deadman;

    g_assert_true(firn_mounts_read(&mounts, thawer.mountinfo));
    deadman = firn_deadman_arm(&mounts, timeout_ms, &thawer, &rig->reason);
    if (deadman == NULL)
        g_error("%s", rig->reason.text);
    return deadman;
}

static void
freeze_all(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(firn_test_disks); i++)
        g_atomic_int_set(&firn_test_disks[i].is_frozen, TRUE);
}

static void
assert_state(const FirnDeadman *deadman, size_t index, const char *path, FirnThawState state)
{
    FirnThawResult result;

    g_assert_true(firn_deadman_get_result(deadman, index, &result));
    g_assert_cmpstr(result.path, ==, path);
    g_assert_cmpstr(firn_thaw_state_get_name(result.state), ==, firn_thaw_state_get_name(state));
}

static void
assert_no_more(const FirnDeadman *deadman, size_t index)
{
    FirnThawResult result;

    g_assert_false(firn_deadman_get_result(deadman, index, &result));
}

static void
assert_closed(guint number)
{
    g_assert_cmpint(fcntl(200 + 100 * (int)number, F_GETFD), ==, -1);
}

static void
set_up(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_set_up(rig, data);
    firn_test_fake_thawer_init(rig, &thawer);
}

static void
tear_down(FirnTestHookRig *rig, gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(firn_test_disks); i++)
        assert_closed(i);
    firn_mounts_clear(&mounts);
    firn_test_fake_thawer_clear(&thawer);
    firn_test_hook_rig_tear_down(rig, data);
}

static void
test_disarmed_in_time(FirnTestHookRig *rig, gconstpointer data)
{
    FirnDeadman *deadman = arm(rig, LONG_MS);

    freeze_all();
    g_assert_false(firn_deadman_has_expired(deadman));
    assert_state(deadman, 0, "/", FIRN_THAW_IDLE);
    assert_state(deadman, 1, "/data", FIRN_THAW_IDLE);
    assert_state(deadman, 2, "/data/nested", FIRN_THAW_IDLE);
    assert_no_more(deadman, 3);
    firn_deadman_disarm(deadman);
    g_assert_true(firn_test_disks[0].is_frozen);
}

static void
test_expires(FirnTestHookRig *rig, gconstpointer data)
{
    FirnDeadman *deadman = arm(rig, 100);
    int64_t armed_ms = firn_clock_ms();

    freeze_all();
    for (guint i = 0; i < 3; i++)
        firn_test_fake_thawer_wait(i);
    g_assert_cmpint(firn_clock_ms() - armed_ms, >=, 95);
    g_assert_true(firn_deadman_has_expired(deadman));
    assert_state(deadman, 0, "/", FIRN_THAW_THAWED);
    firn_deadman_disarm(deadman);
}

static void
test_expired_by_hand(FirnTestHookRig *rig, gconstpointer data)
{
    FirnDeadman *deadman = arm(rig, 3600 * 1000);

    g_atomic_int_set(&firn_test_disks[1].is_frozen, TRUE);
    firn_deadman_expire(deadman);
    g_assert_true(firn_deadman_wait_answers(deadman, firn_clock_ms() + LONG_MS));
    assert_state(deadman, 0, "/", FIRN_THAW_NOT_FROZEN);
    assert_state(deadman, 1, "/data", FIRN_THAW_THAWED);
    firn_deadman_disarm(deadman);
}

/* What a freeze that takes long would leave behind if it thawed once. */
static void
test_frozen_later(FirnTestHookRig *rig, gconstpointer data)
{
    FirnDeadman *deadman = arm(rig, 0);

    g_assert_true(firn_deadman_wait_answers(deadman, firn_clock_ms() + LONG_MS));
    assert_state(deadman, 2, "/data/nested", FIRN_THAW_NOT_FROZEN);
    freeze_all();
    firn_test_fake_thawer_wait(2);
    freeze_all();
    firn_test_fake_thawer_wait(2);
    firn_deadman_disarm(deadman);
    g_assert_cmpint(firn_test_disks[2].n_thaws, ==, 2);
}

static void
test_one_blocks(FirnTestHookRig *rig, gconstpointer data)
{
    FirnDeadman *deadman;

    freeze_all();
    g_atomic_int_set(&firn_test_disks[0].is_stuck, TRUE);
    deadman = arm(rig, 0);
    firn_test_fake_thawer_wait(1);
    firn_test_fake_thawer_wait(2);
    g_assert_false(firn_deadman_wait_answers(deadman, firn_clock_ms() + 20));
    assert_state(deadman, 0, "/", FIRN_THAW_BLOCKED);
    g_atomic_int_set(&firn_test_disks[0].is_stuck, FALSE);
    firn_test_fake_thawer_wait(0);
    firn_deadman_disarm(deadman);
}

/* Its thread frees the rest when the kernel releases it. */
static void
test_disarmed_while_blocked(FirnTestHookRig *rig, gconstpointer data)
{
    FirnDeadman *deadman;

    g_atomic_int_set(&firn_test_disks[0].is_stuck, TRUE);
    deadman = arm(rig, 0);
    g_assert_false(firn_deadman_wait_answers(deadman, firn_clock_ms() + 50));
    firn_deadman_disarm(deadman);
    assert_closed(1);
    g_assert_cmpint(fcntl(200, F_GETFD), !=, -1);
    g_atomic_int_set(&firn_test_disks[0].is_stuck, FALSE);
    while (fcntl(200, F_GETFD) != -1)
        g_usleep(1000);
}

/* Mounted between the arming and the freeze. */
static void
test_mounted_later(FirnTestHookRig *rig, gconstpointer data)
{
    const char *whole = "20 1 254:0 / / rw - ext4 /dev/vda rw\n"
                        "22 20 254:1 / /data rw - ext4 /dev/vdb rw\n"
                        "23 22 254:2 / /data/nested rw - xfs /dev/vdc rw\n";
    FirnDeadman *deadman;

    firn_test_hook_rig_write(rig,
                             "/proc/self/mountinfo",
                             0444,
                             "20 1 254:0 / / rw - ext4 /dev/vda rw\n");
    deadman = arm(rig, LONG_MS);
    assert_no_more(deadman, 1);
    firn_test_hook_rig_write(rig, "/proc/self/mountinfo", 0444, whole);
    freeze_all();
    firn_deadman_expire(deadman);
    for (guint i = 0; i < 3; i++)
        firn_test_fake_thawer_wait(i);
    assert_state(deadman, 2, "/data/nested", FIRN_THAW_THAWED);
    firn_deadman_disarm(deadman);
}

/* qemu-ga reaches neither. */
static void
test_hidden(FirnTestHookRig *rig, gconstpointer data)
{
    FirnDeadman *deadman;

    firn_test_disks[0].is_hidden = TRUE;
    deadman = arm(rig, LONG_MS);
    assert_state(deadman, 0, "/data", FIRN_THAW_IDLE);
    assert_no_more(deadman, 2);
    firn_deadman_disarm(deadman);
}

static void
test_cannot_open(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_disks[2].is_unopenable = TRUE;
    g_assert_true(firn_mounts_read(&mounts, thawer.mountinfo));
    g_assert_null(firn_deadman_arm(&mounts, 0, &thawer, &rig->reason));
    firn_test_assert_in(rig->reason.text, "/data/nested: ");
}

static void
test_too_many(FirnTestHookRig *rig, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < 300; i++)
        g_string_append_printf(text, "%u 0 %u:0 / /m%u rw - ext4 /dev/x rw\n", i, i + 1, i);
    firn_test_hook_rig_write(rig, "/proc/self/mountinfo", 0444, text->str);
    g_assert_true(firn_mounts_read(&mounts, thawer.mountinfo));
    g_assert_null(firn_deadman_arm(&mounts, 0, &thawer, &rig->reason));
    firn_test_assert_in(rig->reason.text, "more than 252 file systems");
}

#define TEST(name, run)                                                                            \
    g_test_add("/guest-hooks/deadman/" name, FirnTestHookRig, NULL, set_up, run, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("disarmed-in-time", test_disarmed_in_time);
    TEST("expires", test_expires);
    TEST("expired-by-hand", test_expired_by_hand);
    TEST("frozen-later", test_frozen_later);
    TEST("one-blocks", test_one_blocks);
    TEST("disarmed-while-blocked", test_disarmed_while_blocked);
    TEST("mounted-later", test_mounted_later);
    TEST("hidden", test_hidden);
    TEST("cannot-open", test_cannot_open);
    TEST("too-many", test_too_many);
    return g_test_run();
}
