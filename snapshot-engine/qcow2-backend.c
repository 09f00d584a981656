/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qcow2-backend.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "block-device.h"
#include "checked-open.h"
#include "crash-point.h"
#include "engine-error.h"
#include "file-descriptor.h"
#include "image-tool.h"
#include "internal-snapshot.h"
#include "qcow2-check.h"
#include "qmp-error.h"
#include "revert-check.h"
#include "snapshot-name.h"

struct _FirnQcow2Backend {
    GObject parent;
};

static void firn_qcow2_backend_init_interface(FirnBackendInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnQcow2Backend,
                              firn_qcow2_backend,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_BACKEND,
                                                    firn_qcow2_backend_init_interface))

/* How many snapshots with the tag one disk has. */
typedef struct {
    const FirnDisk *disk; /* (unowned) */
    guint count;
    GError *trouble; /* (owned) (nullable) why its table could not be read */
} Finding;

static void
clear_finding(gpointer data)
{
    g_clear_error(&((Finding *)data)->trouble);
}

static FirnBlockDevice *
find_device(GPtrArray *devices, const char *node_name)
{
    for (guint i = 0; i < devices->len; i++) {
        FirnBlockDevice *device = devices->pdata[i];

        if (g_strcmp0(device->node_name, node_name) == 0)
            return device;
    }
    return NULL;
}

static guint
count_tag(GPtrArray *snapshots, const char *tag)
{
    guint count = 0;

    for (guint i = 0; i < snapshots->len; i++) {
        const FirnImageSnapshot *snapshot = snapshots->pdata[i];

        if (g_strcmp0(snapshot->tag, tag) == 0)
            count++;
    }
    return count;
}

static void
look_in_device(Finding *finding, GPtrArray *devices, const char *tag)
{
    const FirnBlockDevice *device = find_device(devices, finding->disk->node_name);

    if (device != NULL)
        finding->count = count_tag(device->snapshots, tag);
    else
        g_set_error_literal(&finding->trouble,
                            FIRN_ENGINE_ERROR,
                            FIRN_ENGINE_ERROR_NOT_FOUND,
                            "the VM no longer has this disk");
}

static void
look_in_image(Finding *finding, const char *tag)
{
    g_autoptr(FirnDisk) now = firn_disk_copy(finding->disk);

    if (firn_image_tool_inspect(now, &finding->trouble))
        finding->count = firn_disk_count_tag(now, tag);
}

/* Returns one finding for each disk, in their order; NULL if QEMU does not answer. */
static GArray *
read_tables(const FirnCut *cut, GError **error)
{
    g_autoptr(GPtrArray) devices = NULL;
    GArray *findings;

    if (cut->monitor != NULL) {
        devices = firn_block_devices_query(cut->monitor, cut->deadline_ms, NULL, error);
        if (devices == NULL)
            return NULL;
    }
    findings = g_array_sized_new(FALSE, TRUE, sizeof(Finding), cut->disks->len);
    g_array_set_clear_func(findings, clear_finding);
    for (guint i = 0; i < cut->disks->len; i++) {
        Finding finding = {.disk = cut->disks->pdata[i]};

        if (devices != NULL)
            look_in_device(&finding, devices, cut->tag);
        else
            look_in_image(&finding, cut->tag);
        g_array_append_val(findings, finding);
    }
    return findings;
}

static gboolean
all_have(GArray *findings, guint count)
{
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = &g_array_index(findings, Finding, i);

        if (finding->trouble != NULL || finding->count != count)
            return FALSE;
    }
    return TRUE;
}

static char *
describe(GArray *findings)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = &g_array_index(findings, Finding, i);

        g_string_append_printf(text, "%s%s: ", i == 0 ? "" : "; ", finding->disk->target);
        if (finding->trouble != NULL)
            g_string_append(text, finding->trouble->message);
        else if (finding->count > 1)
            g_string_append_printf(text, "has it %u times", finding->count);
        else
            g_string_append(text, finding->count == 1 ? "has it" : "does not have it");
    }
    return g_string_free(text, FALSE);
}

static gboolean
fail_partial(const FirnCut *cut, GArray *findings, const GError *cause, GError **error)
{
    g_autofree char *description = describe(findings);

    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_PARTIAL,
                "snapshot %s: %s%s%s",
                cut->tag,
                description,
                cause == NULL ? "" : "; ",
                cause == NULL ? "" : cause->message);
    return FALSE;
}

static void
check(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    firn_qcow2_check(cut, blockers);
}

static gboolean
flush(const FirnDisk *disk, GError **error)
{
    g_auto(FirnFileDescriptor) file =
        firn_checked_open(disk->path,
                          FIRN_FILE_KIND_REGULAR | FIRN_FILE_KIND_BLOCK,
                          O_RDONLY,
                          NULL);

    if (file >= 0 && fdatasync(file) == 0)
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                errno == ENOSPC || errno == EDQUOT ? FIRN_ENGINE_ERROR_NO_SPACE
                                                   : FIRN_ENGINE_ERROR_FAILED,
                "%s: cannot flush its image to storage: %s",
                disk->target,
                g_strerror(errno));
    return FALSE;
}

static gboolean
prepare(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    for (guint i = 0; i < cut->disks->len; i++) {
        const FirnDisk *disk = cut->disks->pdata[i];

        if (disk->path != NULL && !flush(disk, error))
            return FALSE;
    }
    return TRUE;
}

static const char **
list_nodes(const FirnCut *cut, GArray *findings, GError **error)
{
    g_autoptr(GPtrArray) nodes = g_ptr_array_new();

    for (guint i = 0; i < cut->disks->len; i++) {
        const FirnDisk *disk = cut->disks->pdata[i];
        gboolean is_wanted = findings == NULL || g_array_index(findings, Finding, i).count == 1;

        if (!is_wanted)
            continue;
        if (disk->node_name == NULL) {
            g_set_error(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_INVALID,
                        "%s: QEMU has no block node for this disk",
                        disk->target);
            return NULL;
        }
        g_ptr_array_add(nodes, disk->node_name);
    }
    g_ptr_array_add(nodes, NULL);
    return (const char **)g_ptr_array_steal(nodes, NULL);
}

/* QEMU reports all failures by one error class; only its message tells them apart. */
static gboolean
translate_refusal(GError *cause, GError **error)
{
    if (g_error_matches(cause, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED) &&
        strstr(cause->message, "No space left on device") != NULL) {
        g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE, cause->message);
        g_error_free(cause);
    } else {
        g_propagate_error(error, cause);
    }
    return FALSE;
}

static gboolean
take_running(const FirnCut *cut, GError **error)
{
    g_autofree const char **nodes = list_nodes(cut, NULL, error);
    GError *cause = NULL;

    if (nodes == NULL)
        return FALSE;
    return firn_internal_snapshot_take(cut->monitor, nodes, cut->tag, cut->deadline_ms, &cause) ||
           translate_refusal(cause, error);
}

static gboolean
check_unused(const FirnCut *cut, GError **error)
{
    for (guint i = 0; i < cut->disks->len; i++)
        if (!firn_image_tool_check_unused(cut->disks->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
take_off(const FirnCut *cut, GError **error)
{
    /* Checks all disks before the first is changed, so that less has to be rolled back. */
    if (!check_unused(cut, error))
        return FALSE;
    for (guint i = 0; i < cut->disks->len; i++) {
        if (!firn_image_tool_take(cut->disks->pdata[i], cut->tag, error))
            return FALSE;
        FIRN_CRASH_POINT("image: after a snapshot was made");
    }
    return TRUE;
}

static gboolean
take(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    if (!firn_snapshot_tag_check(cut->tag, error))
        return FALSE;
    return cut->monitor != NULL ? take_running(cut, error) : take_off(cut, error);
}

static gboolean
verify(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    g_autoptr(GArray) findings = read_tables(cut, error);

    if (findings == NULL)
        return FALSE;
    return all_have(findings, 1) || fail_partial(cut, findings, NULL, error);
}

static gboolean
delete_running(const FirnCut *cut, GArray *findings, GError **error)
{
    g_autofree const char **nodes = list_nodes(cut, findings, error);

    if (nodes == NULL)
        return FALSE;
    return nodes[0] == NULL || firn_internal_snapshot_delete(cut->monitor, nodes, cut->tag, error);
}

/* Continues after a failure, to delete as much as possible. */
static gboolean
delete_off(const FirnCut *cut, GArray *findings, GError **error)
{
    g_autoptr(GError) first = NULL;

    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = &g_array_index(findings, Finding, i);

        if (finding->count != 1)
            continue;
        firn_image_tool_delete(finding->disk, cut->tag, first == NULL ? &first : NULL);
        FIRN_CRASH_POINT("image: after a snapshot was deleted");
    }
    if (first == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&first));
    return FALSE;
}

static gboolean
has_ambiguity(GArray *findings)
{
    for (guint i = 0; i < findings->len; i++)
        if (g_array_index(findings, Finding, i).count > 1)
            return TRUE;
    return FALSE;
}

/* An image that is being written to may still get the snapshot: qemu-img outlives a killed
 * firnd. */
static gboolean
check_unwritten(const FirnCut *cut, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (cut->monitor != NULL || check_unused(cut, &failure) ||
        !g_error_matches(failure, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_IN_USE))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
discard(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    g_autoptr(GArray) before = NULL;
    g_autoptr(GArray) after = NULL;
    g_autoptr(GError) cause = NULL;

    /* Adopted snapshots, too, are found by exactly their tags. */
    if (!firn_adopted_tag_check(cut->tag, error) || !check_unwritten(cut, error))
        return FALSE;
    before = read_tables(cut, error);
    if (before == NULL)
        return FALSE;
    if (has_ambiguity(before))
        return fail_partial(cut, before, NULL, error);
    FIRN_CRASH_POINT("discard: before");
    if (cut->monitor != NULL)
        delete_running(cut, before, &cause);
    else
        delete_off(cut, before, &cause);
    FIRN_CRASH_POINT("discard: after");
    after = read_tables(cut, error);
    if (after == NULL)
        return FALSE;
    return all_have(after, 0) || fail_partial(cut, after, cause, error);
}

static void
check_revert(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    firn_revert_check(cut, blockers);
}

static gboolean
drop_bitmaps(const FirnCut *cut, GError **error)
{
    for (guint i = 0; cut->drops_bitmaps && i < cut->disks->len; i++)
        if (!firn_image_tool_drop_bitmaps(cut->disks->pdata[i], error))
            return FALSE;
    return TRUE;
}

/* Checks all disks before the first is changed. */
static gboolean
revert(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    if (!firn_adopted_tag_check(cut->tag, error) || !check_unused(cut, error) ||
        !verify(backend, cut, error) || !drop_bitmaps(cut, error))
        return FALSE;
    FIRN_CRASH_POINT("image: before it is reverted");
    for (guint i = 0; i < cut->disks->len; i++) {
        if (!firn_image_tool_revert(cut->disks->pdata[i], cut->tag, error))
            return FALSE;
        FIRN_CRASH_POINT("image: after it was reverted");
    }
    return TRUE;
}

static void
firn_qcow2_backend_init_interface(FirnBackendInterface *interface)
{
    interface->name = "qcow2";
    interface->check = check;
    interface->prepare = prepare;
    interface->take = take;
    interface->verify = verify;
    interface->discard = discard;
    interface->check_revert = check_revert;
    interface->revert = revert;
}

static void
firn_qcow2_backend_class_init(FirnQcow2BackendClass *class)
{
}

static void
firn_qcow2_backend_init(FirnQcow2Backend *self)
{
}

FirnBackend *
firn_qcow2_backend_new(void)
{
    return g_object_new(FIRN_TYPE_QCOW2_BACKEND, NULL);
}
