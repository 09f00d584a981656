/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-return.h"

#include "bus-error.h"
#include "bus-path.h"
#include "forget-job.h"
#include "options.h"
#include "restore-dry-run.h"
#include "restore-job.h"
#include "restore-options.h"

typedef struct {
    const FirnServiceParts *parts; /* (unowned) */
    FirnVm *vm;                    /* (owned) */
} Context;

static void
context_free(Context *context)
{
    g_object_unref(context->vm);
    g_free(context);
}

static Context *
context_of(gpointer iface)
{
    return g_object_get_data(iface, "firn-return");
}

/* The snapshot is the first argument of methods that have one; options are the last. */
static FirnRestoreParams *
parse(const Context *context, GDBusMethodInvocation *invocation, GError **error)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    gsize n = g_variant_n_children(parameters);
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, n - 1);
    const char *key = NULL;

    if (n > 1)
        g_variant_get_child(parameters, 0, "&s", &key);
    return firn_restore_options_parse(context->vm, context->parts->backend, key, vardict, error);
}

static void
answer(GDBusMethodInvocation *invocation, FirnJob *job, GError *error)
{
    g_autofree char *path = NULL;

    if (job == NULL) {
        firn_bus_error_return(invocation, error);
        return;
    }
    path = firn_bus_path_of_job(firn_job_get_id(job));
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(o)", path));
}

static void
restore_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    const Context *context = context_of(object);
    GError *error = NULL;
    FirnRestoreParams *params = parse(context, invocation, &error);
    FirnJob *job = NULL;

    if (params != NULL)
        job = firn_restore_job_start(context->parts->jobs, params, uid, &error);
    answer(invocation, job, error);
}

static void
on_planned(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GDBusMethodInvocation) invocation = user_data;
    GError *error = NULL;
    g_autoptr(GVariant) plan = firn_restore_dry_run_finish(result, &error);

    if (plan == NULL)
        firn_bus_error_return(g_steal_pointer(&invocation), error);
    else
        g_dbus_method_invocation_return_value(g_steal_pointer(&invocation),
                                              g_variant_new("(@a{sv})", plan));
}

static void
plan_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    GError *error = NULL;
    FirnRestoreParams *params = parse(context_of(object), invocation, &error);

    if (params == NULL)
        firn_bus_error_return(invocation, error);
    else
        firn_restore_dry_run_async(params, NULL, on_planned, invocation);
}

static gboolean
check_no_options(GDBusMethodInvocation *invocation, GError **error)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, 0);
    g_autoptr(FirnOptions) options = firn_options_new(vardict);

    return firn_options_finish(options, error);
}

static void
forget_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    const Context *context = context_of(object);
    GError *error = NULL;
    FirnJob *job = NULL;

    if (check_no_options(invocation, &error))
        job = firn_forget_job_start(context->parts->jobs,
                                    context->vm,
                                    context->parts->backend,
                                    uid,
                                    &error);
    answer(invocation, job, error);
}

static gboolean
ask(gpointer iface, GDBusMethodInvocation *invocation, FirnAllowedFunc allowed)
{
    const Context *context = context_of(iface);
    FirnQuestion question = {FIRN_ACTION_SNAPSHOT_RESTORE, context->vm};

    firn_authority_ask(context->parts->authority, &question, iface, invocation, allowed);
    return TRUE;
}

static gboolean
on_handle_restore(FirnDBusVM *iface,
                  GDBusMethodInvocation *invocation,
                  const char *snapshot,
                  GVariant *options,
                  gpointer user_data)
{
    return ask(iface, invocation, restore_allowed);
}

static gboolean
on_handle_plan_restore(FirnDBusVM *iface,
                       GDBusMethodInvocation *invocation,
                       const char *snapshot,
                       GVariant *options,
                       gpointer user_data)
{
    return ask(iface, invocation, plan_allowed);
}

static gboolean
on_handle_undo(FirnDBusVM *iface,
               GDBusMethodInvocation *invocation,
               GVariant *options,
               gpointer user_data)
{
    return ask(iface, invocation, restore_allowed);
}

static gboolean
on_handle_forget_undo(FirnDBusVM *iface,
                      GDBusMethodInvocation *invocation,
                      GVariant *options,
                      gpointer user_data)
{
    return ask(iface, invocation, forget_allowed);
}

void
firn_vm_return_attach(FirnDBusVM *iface, const FirnServiceParts *parts, FirnVm *vm)
{
    Context *context = g_new(Context, 1);

    *context = (Context){parts, g_object_ref(vm)};
    g_object_set_data_full(G_OBJECT(iface), "firn-return", context, (GDestroyNotify)context_free);
    g_signal_connect(iface, "handle-restore", G_CALLBACK(on_handle_restore), NULL);
    g_signal_connect(iface, "handle-plan-restore", G_CALLBACK(on_handle_plan_restore), NULL);
    g_signal_connect(iface, "handle-undo", G_CALLBACK(on_handle_undo), NULL);
    g_signal_connect(iface, "handle-forget-undo", G_CALLBACK(on_handle_forget_undo), NULL);
}
