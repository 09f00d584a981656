/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cut.h"

#include "crash-point.h"
#include "guest-pause.h"
#include "host-error.h"
#include "indication.h"
#include "retry.h"

/* QEMU answers a transaction once it is written, however slow the storage is. The guest does not
 * wait for that: the thaw's own timer thaws it. */
#define CUT_MS 600000

static FirnCut
describe(FirnCheck *check)
{
    return (FirnCut){.monitor = check->guest->monitor,
                     .disks = check->disks,
                     .tag = check->snapshot->tag,
                     .deadline_ms = CUT_MS,
                     .waiting = check->waiting};
}

/* A guest that is paused has no timer of its own that ends its wait. */
static FirnCut
describe_window(FirnCheck *check)
{
    FirnCut cut = describe(check);

    if (cut.monitor != NULL)
        cut.window_end_us =
            g_get_monotonic_time() +
            firn_guest_check_get_frozen_max_ms(check->guest) * G_TIME_SPAN_MILLISECOND;
    return cut;
}

gboolean
firn_cut_prepare(FirnCheck *check, GError **error)
{
    FirnCut cut = describe(check);

    return firn_backend_prepare(check->params->backend, &cut, error);
}

static gboolean
is_unchanged(FirnCheck *check, const FirnDisk *disk)
{
    const FirnDisk *checked = firn_disks_find(check->disks, disk->target);

    return checked != NULL && g_strcmp0(checked->node_name, disk->node_name) == 0 &&
           g_strcmp0(checked->path, disk->path) == 0 && checked->size_bytes == disk->size_bytes;
}

/* Disks may have been attached, detached or resized since the check. */
gboolean
firn_cut_check(FirnCheck *check, GError **error)
{
    g_autoptr(GPtrArray) disks = firn_vm_enumerate_disks(check->params->vm, NULL, error);
    guint n_wanted = 0;
    guint n_unchanged = 0;

    if (disks == NULL)
        return FALSE;
    for (guint i = 0; i < disks->len; i++) {
        if (!firn_check_wants(check, disks->pdata[i]))
            continue;
        n_wanted++;
        n_unchanged += is_unchanged(check, disks->pdata[i]) ? 1 : 0;
    }
    if (n_wanted == check->disks->len && n_unchanged == n_wanted)
        return TRUE;
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_BUSY,
        "the disks of the VM changed while the snapshot was being made; try again");
}

gboolean
firn_cut_take_now(FirnCheck *check, gboolean *out_is_begun, GError **error)
{
    FirnCut cut = describe_window(check);
    FirnEvidence *evidence = check->snapshot->evidence;
    gboolean ok;

    *out_is_begun = TRUE;
    evidence->cut_begin_us = firn_event_clock_now(&check->guest->clock);
    FIRN_CRASH_POINT("cut: before");
    ok = firn_backend_take(check->params->backend, &cut, error);
    FIRN_CRASH_POINT("cut: after");
    evidence->cut_end_us = firn_event_clock_now(&check->guest->clock);
    return ok;
}

gboolean
firn_cut_take(FirnCheck *check, gboolean *out_is_begun, GError **error)
{
    return (check->guest->monitor == NULL || firn_cut_check(check, error)) &&
           firn_cut_take_now(check, out_is_begun, error);
}

void
firn_cut_dismiss(FirnCheck *check)
{
    g_hash_table_remove_all(check->waiting);
}

gboolean
firn_cut_take_paused(FirnCheck *check, gboolean *out_is_begun, GError **error)
{
    g_autoptr(FirnGuestPause) pause = NULL; /* every return resumes the guest */
    gint64 stopped_us;

    if (!firn_cut_check(check, error))
        return FALSE;
    pause = firn_guest_pause_begin(check->params->vm, check->guest->monitor, error);
    if (pause == NULL || !firn_cut_take_now(check, out_is_begun, error) ||
        !firn_guest_pause_check(pause, error) || !firn_guest_pause_end(pause, &stopped_us, error))
        return FALSE;
    firn_evidence_indicate(check->snapshot->evidence, FIRN_INDICATION_PAUSED_FOR_CUT);
    return TRUE;
}

/* One transaction cuts all images. */
static guint
count_instants(GPtrArray *disks)
{
    guint n_images = 0;

    for (guint i = 0; i < disks->len; i++)
        n_images += g_str_equal(firn_disk_get_backend(disks->pdata[i]), "qcow2") ? 1 : 0;
    return disks->len - n_images + (n_images > 0 ? 1 : 0);
}

void
firn_cut_judge_instants(FirnCheck *check)
{
    FirnSnapshot *snapshot = check->snapshot;

    if (snapshot->verdict == FIRN_VERDICT_CRASH &&
        g_strcmp0(snapshot->evidence->run_state, "running") == 0 &&
        !firn_evidence_has(snapshot->evidence, FIRN_INDICATION_PAUSED_FOR_CUT) &&
        count_instants(check->disks) > 1)
        firn_evidence_indicate(snapshot->evidence, FIRN_INDICATION_INSTANTS_APART);
}

/* A restarted QEMU may have other node names for the same images. */
static gboolean
renew_nodes(FirnCheck *check, GError **error)
{
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(check->params->vm, NULL, error);

    if (disks == NULL)
        return FALSE;
    for (guint i = 0; i < check->disks->len; i++) {
        FirnDisk *disk = check->disks->pdata[i];
        const FirnDisk *now = firn_disks_find_path(disks, disk->path);

        g_free(disk->node_name);
        disk->node_name = now == NULL ? NULL : g_strdup(now->node_name);
    }
    return TRUE;
}

/* The monitor's connection may have ended since the check, with QEMU or without it. */
static gboolean
renew_monitor(FirnCheck *check, GError **error)
{
    g_autoptr(FirnChannel) monitor = NULL;

    if (!firn_vm_look(check->params->vm, NULL, error))
        return FALSE;
    monitor = firn_vm_dup_monitor(check->params->vm);
    if (monitor == check->guest->monitor)
        return TRUE;
    if (monitor != NULL && !renew_nodes(check, error))
        return FALSE;
    g_set_object(&check->guest->monitor, monitor);
    return TRUE;
}

static gboolean
try_verify(gpointer data, gboolean *out_is_off, GError **error)
{
    FirnCheck *check = data;
    gboolean ok = renew_monitor(check, error);
    FirnCut cut = describe(check);

    *out_is_off = check->guest->monitor == NULL;
    return ok && firn_backend_verify(check->params->backend, &cut, error);
}

gboolean
firn_cut_verify(FirnCheck *check, GError **error)
{
    return firn_retry_run(try_verify, check, error);
}
