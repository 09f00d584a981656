/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-object.h"

#include "adopt-job.h"
#include "bus-path.h"
#include "conditions.h"
#include "create-dry-run.h"
#include "create-options.h"
#include "delete-job.h"
#include "drift-watch.h"
#include "firn-bus.h"
#include "forget-job.h"
#include "freeze-test-job.h"
#include "guest-thaw-job.h"
#include "policy-interface.h"
#include "restore-dry-run.h"
#include "restore-job.h"
#include "restore-options.h"
#include "shared-call.h"
#include "snapshot-objects.h"
#include "tree-answer.h"
#include "verify-job.h"
#include "vm-diagnosis.h"
#include "warnings.h"

struct _FirnVmObject {
    GObject parent_instance;
    const FirnServiceParts *parts;    /* (unowned) */
    FirnVm *vm;                       /* (owned) */
    FirnDBusObjectSkeleton *skeleton; /* (owned) (nullable) while it is on the bus */
    FirnDBusVM *iface;                /* (owned) */
    FirnDBusPolicy *policy;           /* (owned) */
    FirnSnapshotObjects *snapshots;   /* (owned) */
    FirnDriftWatch *drift;            /* (owned) */
    FirnSharedCall *tree;             /* (owned) of GetTree */
    FirnConditions *conditions;       /* (owned) */
};

G_DEFINE_FINAL_TYPE(FirnVmObject, firn_vm_object, G_TYPE_OBJECT)

static const char *const state_words[] = {
    [FIRN_VM_STATE_UNKNOWN] = "unknown",
    [FIRN_VM_STATE_OFF] = "off",
    [FIRN_VM_STATE_RUNNING] = "running",
    [FIRN_VM_STATE_PAUSED] = "paused",
    [FIRN_VM_STATE_ORPHANED] = "orphaned",
};
G_STATIC_ASSERT(G_N_ELEMENTS(state_words) == FIRN_VM_STATE_ORPHANED + 1);

static GVariant *
create_snapshot(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    FirnCreateParams *params =
        firn_create_options_parse(self->vm, self->parts->backend, call, error);

    if (params == NULL)
        return NULL;
    return firn_method_job_answer(
        firn_create_job_start(self->parts->jobs, params, call->uid, error));
}

static void
on_create_planned(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GError *error = NULL;
    GVariant *plan = firn_create_dry_run_finish(result, &error);

    firn_method_answer_value(user_data, plan, error);
}

static GVariant *
plan_snapshot(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    FirnCreateParams *params =
        firn_create_options_parse(self->vm, self->parts->backend, call, error);

    if (params != NULL)
        firn_create_dry_run_async(params, NULL, on_create_planned, call->invocation);
    return NULL;
}

/* Restore, and Undo. */
static GVariant *
restore(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    FirnRestoreParams *params =
        firn_restore_options_parse(self->vm, self->parts->backend, call, error);

    if (params == NULL)
        return NULL;
    return firn_method_job_answer(
        firn_restore_job_start(self->parts->jobs, params, call->uid, error));
}

static void
on_restore_planned(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GError *error = NULL;
    GVariant *plan = firn_restore_dry_run_finish(result, &error);

    firn_method_answer_value(user_data, plan, error);
}

static GVariant *
plan_restore(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    FirnRestoreParams *params =
        firn_restore_options_parse(self->vm, self->parts->backend, call, error);

    if (params != NULL)
        firn_restore_dry_run_async(params, NULL, on_restore_planned, call->invocation);
    return NULL;
}

static GVariant *
forget_undo(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;

    if (!firn_options_finish(call->options, error))
        return NULL;
    return firn_method_job_answer(
        firn_forget_job_start(self->parts->jobs, self->vm, self->parts->backend, call->uid, error));
}

static GVariant *
delete_all(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;

    if (!firn_options_finish(call->options, error))
        return NULL;
    return firn_method_job_answer(firn_delete_job_start(self->parts->jobs,
                                                        self->vm,
                                                        self->parts->backend,
                                                        NULL,
                                                        FIRN_DELETE_ALL,
                                                        call->uid,
                                                        error));
}

static GVariant *
adopt(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    FirnAdoptRequest request = {.vm = self->vm, .started_by = call->uid};
    g_auto(GStrv) tags = NULL;

    if (!firn_options_take_strings(call->options, "snapshots", &tags, error) ||
        !firn_options_take_boolean(call->options, "dry-run", &request.is_dry_run, error) ||
        !firn_options_finish(call->options, error))
        return NULL;
    request.tags = (const char *const *)tags;
    return firn_method_job_answer(firn_adopt_job_start(self->parts->jobs, &request, error));
}

static GVariant *
verify(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    gboolean is_repair = FALSE;

    if (!firn_options_take_boolean(call->options, "repair", &is_repair, error) ||
        !firn_options_finish(call->options, error))
        return NULL;
    return firn_method_job_answer(firn_verify_job_start(self->parts->jobs,
                                                        self->vm,
                                                        self->parts->backend,
                                                        is_repair,
                                                        call->uid,
                                                        error));
}

static GVariant *
thaw(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    guint deadline_ms = FIRN_GUEST_THAW_MS_DEFAULT;

    if (!firn_options_take_duration(call->options, "deadline", 0, &deadline_ms, error) ||
        !firn_options_finish(call->options, error))
        return NULL;
    return firn_method_job_answer(
        firn_guest_thaw_job_start(self->parts->jobs, self->vm, deadline_ms, call->uid, error));
}

static GVariant *
test_freeze(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    FirnFreezeLimits limits;

    firn_freeze_limits_init(&limits);
    if (!firn_options_take_duration(call->options, "deadline", 0, &limits.deadline_ms, error) ||
        !firn_options_take_limits(call->options, &limits, error) ||
        !firn_options_finish(call->options, error))
        return NULL;
    return firn_method_job_answer(
        firn_freeze_test_job_start(self->parts->jobs, self->vm, &limits, call->uid, error));
}

static void
on_diagnosed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    firn_method_answer_value(user_data, firn_diagnosis_finish(result), NULL);
}

static GVariant *
diagnose(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;

    if (firn_options_finish(call->options, error))
        firn_vm_diagnosis_async(self->parts, self->vm, on_diagnosed, call->invocation);
    return NULL;
}

static GVariant *
refresh(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;

    firn_drift_watch_refresh(self->drift, call->invocation);
    return NULL;
}

static void
on_tree_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    FirnVmObject *self = user_data;
    g_autoptr(FirnTreeAnswer) answer = firn_tree_answer_finish(result);

    if (answer->has_looked && self->skeleton != NULL)
        firn_snapshot_objects_mark(self->snapshots, answer->unavailable);
    firn_shared_call_end(self->tree, firn_tree_answer_to_variant(answer), NULL);
}

static void
find_tree(FirnSharedCall *call, GObject *owner)
{
    firn_tree_answer_async(FIRN_VM_OBJECT(owner)->vm, on_tree_answered, owner);
}

static GVariant *
get_tree(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;

    firn_shared_call_join(self->tree, call->invocation);
    return NULL;
}

static GVariant *
lookup_snapshot(gpointer object, const FirnCall *call, GError **error)
{
    FirnVmObject *self = object;
    g_autoptr(FirnSnapshot) record = NULL;
    g_autofree char *path = NULL;
    const char *key;

    g_variant_get(call->parameters, "(&s)", &key);
    record = firn_catalogue_lookup(firn_vm_get_catalogue(self->vm), key, error);
    if (record == NULL) {
        g_prefix_error(error, "%s: ", firn_vm_get_name(self->vm));
        return NULL;
    }
    /* The catalogue may have changed before its signal has arrived. */
    if (!firn_snapshot_objects_has(self->snapshots, record->uuid))
        firn_snapshot_objects_update(self->snapshots);
    path = firn_bus_path("snapshot", record->uuid);
    return g_variant_new("(o)", path);
}

/* A plan needs a permission, since it queries the guest agent: reading is free, talking to a guest
 * is not. A repair may remove records with their RAM, and stop and start the VM. */
/* clang-format off */
static const FirnMethod vm_methods[] = {
    {"handle-create-snapshot",      FIRN_ACTION_SNAPSHOT_CREATE,  create_snapshot},
    {"handle-plan-snapshot",        FIRN_ACTION_SNAPSHOT_CREATE,  plan_snapshot},
    {"handle-adopt",                FIRN_ACTION_SNAPSHOT_CREATE,  adopt},
    {"handle-delete-all-snapshots", FIRN_ACTION_SNAPSHOT_DELETE,  delete_all},
    {"handle-restore",              FIRN_ACTION_SNAPSHOT_RESTORE, restore},
    {"handle-undo",                 FIRN_ACTION_SNAPSHOT_RESTORE, restore},
    {"handle-plan-restore",         FIRN_ACTION_SNAPSHOT_RESTORE, plan_restore},
    {"handle-forget-undo",          FIRN_ACTION_SNAPSHOT_RESTORE, forget_undo},
    {"handle-thaw",                 FIRN_ACTION_FREEZE,           thaw},
    {"handle-test-freeze",          FIRN_ACTION_FREEZE,           test_freeze},
    {"handle-diagnose",             FIRN_ACTION_MAINTAIN,         diagnose},
    {"handle-verify",               FIRN_ACTION_MAINTAIN,         verify, .option = "repair",
     .option_actions = {FIRN_ACTION_SNAPSHOT_RESTORE, FIRN_ACTION_SNAPSHOT_DELETE}},
    {"handle-get-tree",             NULL,                         get_tree},
    {"handle-lookup-snapshot",      NULL,                         lookup_snapshot},
    {"handle-refresh",              NULL,                         refresh},
};
/* clang-format on */

static void
describe_question(gpointer object, FirnQuestion *question)
{
    question->vm = FIRN_VM_OBJECT(object)->vm;
}

static void
show_conditions(FirnVmObject *self)
{
    firn_dbus_vm_set_conditions(self->iface, firn_conditions_look(self->conditions, self->drift));
}

static void
on_drift_looked(FirnDriftWatch *watch, gpointer user_data)
{
    FirnVmObject *self = user_data;
    const FirnVmDrift *found = firn_drift_watch_get(watch);

    firn_dbus_vm_set_drift(self->iface, (const char *const *)found->drift);
    firn_dbus_vm_set_pending_changes(self->iface, (const char *const *)found->pending);
    firn_dbus_vm_set_warnings(self->iface, firn_warnings_of(self->vm, watch));
    show_conditions(self);
}

static void
on_vm_changed(FirnVm *vm, gpointer user_data)
{
    FirnVmObject *self = user_data;
    g_autofree char *run_state = firn_vm_dup_run_state(vm);
    g_autofree char *job = firn_bus_path_of_job(firn_vm_get_job(vm));
    guint64 frozen_since = (guint64)firn_vm_get_frozen_since(vm);
    gboolean is_news = frozen_since != firn_dbus_vm_get_frozen_since(self->iface);

    firn_dbus_vm_set_state(self->iface, state_words[firn_vm_get_state(vm)]);
    firn_dbus_vm_set_run_state(self->iface, run_state);
    firn_dbus_vm_set_job(self->iface, job);
    firn_dbus_vm_set_frozen_since(self->iface, frozen_since);
    firn_dbus_vm_set_warnings(self->iface, firn_warnings_of(vm, self->drift));
    show_conditions(self);
    /* Flushes at once: programs that pause their work while a guest is frozen must know before the
     * freeze. */
    if (is_news)
        g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(self->iface));
}

static void
show_catalogue(FirnVmObject *self)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(self->vm);
    const char *damage = firn_catalogue_get_damage(catalogue);
    g_autofree char *current = firn_catalogue_dup_current(catalogue);
    g_autofree char *path = firn_bus_path("snapshot", current);
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(catalogue);

    firn_dbus_vm_set_damage(self->iface, damage == NULL ? "" : damage);
    firn_dbus_vm_set_snapshot_count(self->iface, firn_catalogue_count(catalogue));
    firn_dbus_vm_set_current_snapshot(self->iface, path);
    firn_dbus_vm_set_undo_since(self->iface,
                                undo == NULL ? 0 : (guint64)undo->snapshot->created_us);
    firn_policy_interface_update(self->policy, self->vm);
    show_conditions(self);
}

static void
on_catalogue_changed(FirnCatalogue *catalogue, gpointer user_data)
{
    FirnVmObject *self = user_data;

    firn_snapshot_objects_update(self->snapshots);
    show_catalogue(self);
}

static void
firn_vm_object_dispose(GObject *object)
{
    FirnVmObject *self = FIRN_VM_OBJECT(object);

    if (self->skeleton != NULL) {
        g_signal_handlers_disconnect_by_data(self->vm, self);
        g_signal_handlers_disconnect_by_data(firn_vm_get_catalogue(self->vm), self);
        g_dbus_object_manager_server_unexport(
            self->parts->server,
            g_dbus_object_get_object_path(G_DBUS_OBJECT(self->skeleton)));
    }
    g_clear_pointer(&self->snapshots, firn_snapshot_objects_free);
    g_clear_object(&self->skeleton);
    G_OBJECT_CLASS(firn_vm_object_parent_class)->dispose(object);
}

static void
firn_vm_object_finalize(GObject *object)
{
    FirnVmObject *self = FIRN_VM_OBJECT(object);

    firn_shared_call_free(self->tree);
    g_clear_pointer(&self->conditions, firn_conditions_free);
    g_clear_object(&self->iface);
    g_clear_object(&self->policy);
    g_clear_object(&self->drift);
    g_clear_object(&self->vm);
    G_OBJECT_CLASS(firn_vm_object_parent_class)->finalize(object);
}

static void
firn_vm_object_class_init(FirnVmObjectClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_vm_object_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_vm_object_finalize;
}

static void
firn_vm_object_init(FirnVmObject *self)
{
    self->iface = firn_dbus_vm_skeleton_new();
    self->tree = firn_shared_call_new(self, find_tree);
}

static void export(FirnVmObject *self)
{
    g_autofree char *path = firn_bus_path("vm", firn_vm_get_uuid(self->vm));

    self->skeleton = firn_dbus_object_skeleton_new(path);
    firn_dbus_object_skeleton_set_vm(self->skeleton, self->iface);
    firn_dbus_object_skeleton_set_policy(self->skeleton, self->policy);
    g_dbus_object_manager_server_export(self->parts->server,
                                        G_DBUS_OBJECT_SKELETON(self->skeleton));
}

FirnVmObject *
firn_vm_object_new(const FirnServiceParts *parts, FirnVm *vm)
{
    FirnVmObject *self = g_object_new(FIRN_TYPE_VM_OBJECT, NULL);

    self->parts = parts;
    self->vm = g_object_ref(vm);
    self->policy = firn_policy_interface_new(parts, vm);
    self->snapshots = firn_snapshot_objects_new(parts, vm);
    self->drift = firn_drift_watch_new(vm);
    self->conditions = firn_conditions_new(vm);
    firn_methods_connect(self->iface,
                         vm_methods,
                         G_N_ELEMENTS(vm_methods),
                         parts->authority,
                         describe_question,
                         self);
    firn_dbus_vm_set_uuid(self->iface, firn_vm_get_uuid(vm));
    firn_dbus_vm_set_name(self->iface, firn_vm_get_name(vm));
    firn_dbus_vm_set_source(self->iface, firn_vm_get_source(vm));
    on_vm_changed(vm, self);
    show_catalogue(self);
    export(self);
    firn_snapshot_objects_update(self->snapshots);
    g_signal_connect_object(self->drift, "looked", G_CALLBACK(on_drift_looked), self, 0);
    g_signal_connect(vm, "changed", G_CALLBACK(on_vm_changed), self);
    g_signal_connect(firn_vm_get_catalogue(vm), "changed", G_CALLBACK(on_catalogue_changed), self);
    return self;
}
