/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-object.h"

#include "adopt-job.h"
#include "bus-error.h"
#include "bus-path.h"
#include "create-dry-run.h"
#include "create-options.h"
#include "delete-job.h"
#include "drift-watch.h"
#include "firn-bus.h"
#include "guest-thaw-job.h"
#include "options.h"
#include "policy-interface.h"
#include "shared-call.h"
#include "snapshot-objects.h"
#include "tree-answer.h"
#include "verify-job.h"
#include "vm-inquiry.h"
#include "vm-return.h"
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

static void
create_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    FirnVmObject *self = FIRN_VM_OBJECT(object);
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    GError *error = NULL;
    FirnCreateParams *params =
        firn_create_options_parse(self->vm, self->parts->backend, parameters, &error);
    FirnJob *job = NULL;
    g_autofree char *path = NULL;

    if (params != NULL)
        job = firn_create_job_start(self->parts->jobs, params, uid, &error);
    if (job == NULL) {
        firn_bus_error_return(invocation, error);
        return;
    }
    path = firn_bus_path_of_job(firn_job_get_id(job));
    firn_dbus_vm_complete_create_snapshot(self->iface, invocation, path);
}

static gboolean
on_handle_create_snapshot(FirnDBusVM *iface,
                          GDBusMethodInvocation *invocation,
                          const char *name,
                          GVariant *options,
                          gpointer user_data)
{
    FirnVmObject *self = user_data;
    FirnQuestion question = {FIRN_ACTION_SNAPSHOT_CREATE, self->vm};

    firn_authority_ask(self->parts->authority, &question, self, invocation, create_allowed);
    return TRUE;
}

static void
on_planned(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GDBusMethodInvocation) invocation = user_data;
    GError *error = NULL;
    g_autoptr(GVariant) plan = firn_create_dry_run_finish(result, &error);

    if (plan == NULL)
        firn_bus_error_return(g_steal_pointer(&invocation), error);
    else
        g_dbus_method_invocation_return_value(g_steal_pointer(&invocation),
                                              g_variant_new("(@a{sv})", plan));
}

static void
plan_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    FirnVmObject *self = FIRN_VM_OBJECT(object);
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    GError *error = NULL;
    FirnCreateParams *params =
        firn_create_options_parse(self->vm, self->parts->backend, parameters, &error);

    if (params == NULL)
        firn_bus_error_return(invocation, error);
    else
        firn_create_dry_run_async(params, NULL, on_planned, invocation);
}

/* Needs a permission, since it queries the guest agent: reading is free, talking to a guest is
 * not. */
static gboolean
on_handle_plan_snapshot(FirnDBusVM *iface,
                        GDBusMethodInvocation *invocation,
                        const char *name,
                        GVariant *options,
                        gpointer user_data)
{
    FirnVmObject *self = user_data;
    FirnQuestion question = {FIRN_ACTION_SNAPSHOT_CREATE, self->vm};

    firn_authority_ask(self->parts->authority, &question, self, invocation, plan_allowed);
    return TRUE;
}

static gboolean
parse_no_options(GDBusMethodInvocation *invocation, GError **error)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, 0);
    g_autoptr(FirnOptions) options = firn_options_new(vardict);

    return firn_options_finish(options, error);
}

static void
delete_all_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    FirnVmObject *self = FIRN_VM_OBJECT(object);
    GError *error = NULL;
    FirnJob *job = NULL;
    g_autofree char *path = NULL;

    if (parse_no_options(invocation, &error))
        job = firn_delete_job_start(self->parts->jobs,
                                    self->vm,
                                    self->parts->backend,
                                    NULL,
                                    FIRN_DELETE_ALL,
                                    uid,
                                    &error);
    if (job == NULL) {
        firn_bus_error_return(invocation, error);
        return;
    }
    path = firn_bus_path_of_job(firn_job_get_id(job));
    firn_dbus_vm_complete_delete_all_snapshots(self->iface, invocation, path);
}

static gboolean
on_handle_delete_all_snapshots(FirnDBusVM *iface,
                               GDBusMethodInvocation *invocation,
                               GVariant *options,
                               gpointer user_data)
{
    FirnVmObject *self = user_data;
    FirnQuestion question = {FIRN_ACTION_SNAPSHOT_DELETE, self->vm};

    firn_authority_ask(self->parts->authority, &question, self, invocation, delete_all_allowed);
    return TRUE;
}

static gboolean
parse_adopt_options(GVariant *parameters, GStrv *out_tags, gboolean *out_is_dry_run, GError **error)
{
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, 0);
    g_autoptr(FirnOptions) options = firn_options_new(vardict);

    return firn_options_take_strings(options, "snapshots", out_tags, error) &&
           firn_options_take_boolean(options, "dry-run", out_is_dry_run, error) &&
           firn_options_finish(options, error);
}

static void
adopt_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    FirnVmObject *self = FIRN_VM_OBJECT(object);
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    FirnAdoptRequest request = {.vm = self->vm, .started_by = uid};
    g_auto(GStrv) tags = NULL;
    GError *error = NULL;
    FirnJob *job = NULL;
    g_autofree char *path = NULL;

    if (parse_adopt_options(parameters, &tags, &request.is_dry_run, &error)) {
        request.tags = (const char *const *)tags;
        job = firn_adopt_job_start(self->parts->jobs, &request, &error);
    }
    if (job == NULL) {
        firn_bus_error_return(invocation, error);
        return;
    }
    path = firn_bus_path_of_job(firn_job_get_id(job));
    firn_dbus_vm_complete_adopt(self->iface, invocation, path);
}

static gboolean
on_handle_adopt(FirnDBusVM *iface,
                GDBusMethodInvocation *invocation,
                GVariant *options,
                gpointer user_data)
{
    FirnVmObject *self = user_data;
    FirnQuestion question = {FIRN_ACTION_SNAPSHOT_CREATE, self->vm};

    firn_authority_ask(self->parts->authority, &question, self, invocation, adopt_allowed);
    return TRUE;
}

static gboolean
parse_thaw_options(GDBusMethodInvocation *invocation, guint *out_deadline_ms, GError **error)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, 0);
    g_autoptr(FirnOptions) options = firn_options_new(vardict);

    return firn_options_take_duration(options, "deadline", 0, out_deadline_ms, error) &&
           firn_options_finish(options, error);
}

static void
thaw_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    FirnVmObject *self = FIRN_VM_OBJECT(object);
    guint deadline_ms = FIRN_GUEST_THAW_MS_DEFAULT;
    GError *error = NULL;
    FirnJob *job = NULL;
    g_autofree char *path = NULL;

    if (parse_thaw_options(invocation, &deadline_ms, &error))
        job = firn_guest_thaw_job_start(self->parts->jobs, self->vm, deadline_ms, uid, &error);
    if (job == NULL) {
        firn_bus_error_return(invocation, error);
        return;
    }
    path = firn_bus_path_of_job(firn_job_get_id(job));
    firn_dbus_vm_complete_thaw(self->iface, invocation, path);
}

static gboolean
on_handle_thaw(FirnDBusVM *iface,
               GDBusMethodInvocation *invocation,
               GVariant *options,
               gpointer user_data)
{
    FirnVmObject *self = user_data;
    FirnQuestion question = {FIRN_ACTION_FREEZE, self->vm};

    firn_authority_ask(self->parts->authority, &question, self, invocation, thaw_allowed);
    return TRUE;
}

static gboolean
parse_repair(GDBusMethodInvocation *invocation, gboolean *out_is_repair, GError **error)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, 0);
    g_autoptr(FirnOptions) options = firn_options_new(vardict);

    return firn_options_take_boolean(options, "repair", out_is_repair, error) &&
           firn_options_finish(options, error);
}

static void
verify_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    FirnVmObject *self = FIRN_VM_OBJECT(object);
    gboolean is_repair = FALSE;
    GError *error = NULL;
    FirnJob *job = NULL;
    g_autofree char *path = NULL;

    if (parse_repair(invocation, &is_repair, &error))
        job = firn_verify_job_start(self->parts->jobs,
                                    self->vm,
                                    self->parts->backend,
                                    is_repair,
                                    uid,
                                    &error);
    if (job == NULL) {
        firn_bus_error_return(invocation, error);
        return;
    }
    path = firn_bus_path_of_job(firn_job_get_id(job));
    firn_dbus_vm_complete_verify(self->iface, invocation, path);
}

/* A repair needs more than maintain: it may remove records with their RAM, and stop and start the
 * VM. */
static FirnQuestion
question_of_verify(FirnVm *vm, GVariant *options)
{
    gboolean is_repair = FALSE;

    g_variant_lookup(options, "repair", "b", &is_repair);
    if (!is_repair)
        return (FirnQuestion){FIRN_ACTION_MAINTAIN, vm};
    return (FirnQuestion){FIRN_ACTION_SNAPSHOT_RESTORE, vm, .also = FIRN_ACTION_SNAPSHOT_DELETE};
}

static gboolean
on_handle_verify(FirnDBusVM *iface,
                 GDBusMethodInvocation *invocation,
                 GVariant *options,
                 gpointer user_data)
{
    FirnVmObject *self = user_data;
    FirnQuestion question = question_of_verify(self->vm, options);

    firn_authority_ask(self->parts->authority, &question, self, invocation, verify_allowed);
    return TRUE;
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

static gboolean
on_handle_get_tree(FirnDBusVM *iface, GDBusMethodInvocation *invocation, gpointer user_data)
{
    firn_shared_call_join(FIRN_VM_OBJECT(user_data)->tree, invocation);
    return TRUE;
}

static gboolean
on_handle_lookup_snapshot(FirnDBusVM *iface,
                          GDBusMethodInvocation *invocation,
                          const char *key,
                          gpointer user_data)
{
    FirnVmObject *self = user_data;
    GError *error = NULL;
    g_autoptr(FirnSnapshot) record =
        firn_catalogue_lookup(firn_vm_get_catalogue(self->vm), key, &error);
    g_autofree char *path = NULL;

    if (record == NULL) {
        g_prefix_error(&error, "%s: ", firn_vm_get_name(self->vm));
        firn_bus_error_return(invocation, error);
        return TRUE;
    }
    /* The catalogue may have changed before its signal has arrived. */
    if (!firn_snapshot_objects_has(self->snapshots, record->uuid))
        firn_snapshot_objects_update(self->snapshots);
    path = firn_bus_path("snapshot", record->uuid);
    firn_dbus_vm_complete_lookup_snapshot(iface, invocation, path);
    return TRUE;
}

static void
on_drift_looked(FirnDriftWatch *watch, gpointer user_data)
{
    FirnVmObject *self = user_data;
    const FirnVmDrift *found = firn_drift_watch_get(watch);

    firn_dbus_vm_set_drift(self->iface, (const char *const *)found->drift);
    firn_dbus_vm_set_pending_changes(self->iface, (const char *const *)found->pending);
    firn_dbus_vm_set_warnings(self->iface, firn_warnings_of(self->vm, watch));
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
    static const struct {
        const char *signal;
        GCallback handler;
    } handlers[] = {
        {"handle-create-snapshot",      G_CALLBACK(on_handle_create_snapshot)     },
        {"handle-plan-snapshot",        G_CALLBACK(on_handle_plan_snapshot)       },
        {"handle-get-tree",             G_CALLBACK(on_handle_get_tree)            },
        {"handle-lookup-snapshot",      G_CALLBACK(on_handle_lookup_snapshot)     },
        {"handle-delete-all-snapshots", G_CALLBACK(on_handle_delete_all_snapshots)},
        {"handle-adopt",                G_CALLBACK(on_handle_adopt)               },
        {"handle-thaw",                 G_CALLBACK(on_handle_thaw)                },
        {"handle-verify",               G_CALLBACK(on_handle_verify)              },
    };

    self->iface = firn_dbus_vm_skeleton_new();
    self->tree = firn_shared_call_new(self, find_tree);
    for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
        g_signal_connect_object(self->iface, handlers[i].signal, handlers[i].handler, self, 0);
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
    firn_vm_inquiry_attach(self->iface, parts, vm, self->drift);
    firn_vm_return_attach(self->iface, parts, vm);
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
