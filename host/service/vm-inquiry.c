/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-inquiry.h"

#include "bus-error.h"
#include "bus-path.h"
#include "freeze-test-job.h"
#include "options.h"
#include "vm-diagnosis.h"

typedef struct {
    const FirnServiceParts *parts; /* (unowned) */
    FirnVm *vm;                    /* (owned) */
    FirnDriftWatch *watch;         /* (owned) */
} Context;

static void
context_free(Context *context)
{
    g_object_unref(context->vm);
    g_object_unref(context->watch);
    g_free(context);
}

static Context *
context_of(gpointer iface)
{
    return g_object_get_data(iface, "firn-inquiry");
}

static FirnOptions *
dup_options(GDBusMethodInvocation *invocation)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, 0);

    return firn_options_new(vardict);
}

static void
on_diagnosed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GDBusMethodInvocation) invocation = user_data;
    g_autoptr(GVariant) findings = firn_diagnosis_finish(result);

    g_dbus_method_invocation_return_value(g_steal_pointer(&invocation),
                                          g_variant_new("(@" FIRN_FINDINGS_TYPE ")", findings));
}

static void
diagnose_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    const Context *context = context_of(object);
    g_autoptr(FirnOptions) options = dup_options(invocation);
    GError *error = NULL;

    if (firn_options_finish(options, &error))
        firn_vm_diagnosis_async(context->parts, context->vm, on_diagnosed, invocation);
    else
        firn_bus_error_return(invocation, error);
}

static gboolean
on_handle_diagnose(FirnDBusVM *iface,
                   GDBusMethodInvocation *invocation,
                   GVariant *options,
                   gpointer user_data)
{
    const Context *context = user_data;
    FirnQuestion question = {FIRN_ACTION_MAINTAIN, context->vm};

    firn_authority_ask(context->parts->authority, &question, iface, invocation, diagnose_allowed);
    return TRUE;
}

static gboolean
parse_knobs(GDBusMethodInvocation *invocation, FirnFreezeLimits *limits, GError **error)
{
    g_autoptr(FirnOptions) options = dup_options(invocation);

    firn_freeze_limits_init(limits);
    return firn_options_take_duration(options, "deadline", 0, &limits->deadline_ms, error) &&
           firn_options_take_duration(options, "freeze-wait", 1, &limits->freeze_wait_ms, error) &&
           firn_options_take_duration(options, "frozen-max", 1, &limits->frozen_max_ms, error) &&
           firn_options_finish(options, error);
}

static void
test_freeze_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    const Context *context = context_of(object);
    GError *error = NULL;
    FirnJob *job = NULL;
    g_autofree char *path = NULL;
    FirnFreezeLimits limits;

    if (parse_knobs(invocation, &limits, &error))
        job = firn_freeze_test_job_start(context->parts->jobs, context->vm, &limits, uid, &error);
    if (job == NULL) {
        firn_bus_error_return(invocation, error);
        return;
    }
    path = firn_bus_path_of_job(firn_job_get_id(job));
    firn_dbus_vm_complete_test_freeze(FIRN_DBUS_VM(object), invocation, path);
}

static gboolean
on_handle_test_freeze(FirnDBusVM *iface,
                      GDBusMethodInvocation *invocation,
                      GVariant *options,
                      gpointer user_data)
{
    const Context *context = user_data;
    FirnQuestion question = {FIRN_ACTION_FREEZE, context->vm};

    firn_authority_ask(context->parts->authority,
                       &question,
                       iface,
                       invocation,
                       test_freeze_allowed);
    return TRUE;
}

typedef struct {
    FirnDBusVM *iface;                 /* (owned) */
    GDBusMethodInvocation *invocation; /* (owned) passed on with the answer */
} RefreshCall;

static void
on_refreshed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autofree RefreshCall *call = user_data;
    g_autoptr(FirnDBusVM) iface = call->iface;
    GError *error = NULL;

    if (firn_drift_watch_refresh_finish(FIRN_DRIFT_WATCH(source), result, &error))
        firn_dbus_vm_complete_refresh(iface, call->invocation);
    else
        firn_bus_error_return(call->invocation, error);
}

static gboolean
on_handle_refresh(FirnDBusVM *iface, GDBusMethodInvocation *invocation, gpointer user_data)
{
    const Context *context = user_data;
    RefreshCall *call = g_new(RefreshCall, 1);

    *call = (RefreshCall){g_object_ref(iface), invocation};
    firn_drift_watch_refresh_async(context->watch, on_refreshed, call);
    return TRUE;
}

void
firn_vm_inquiry_attach(FirnDBusVM *iface,
                       const FirnServiceParts *parts,
                       FirnVm *vm,
                       FirnDriftWatch *watch)
{
    Context *context = g_new(Context, 1);

    *context = (Context){parts, g_object_ref(vm), g_object_ref(watch)};
    g_object_set_data_full(G_OBJECT(iface), "firn-inquiry", context, (GDestroyNotify)context_free);
    g_signal_connect(iface, "handle-diagnose", G_CALLBACK(on_handle_diagnose), context);
    g_signal_connect(iface, "handle-test-freeze", G_CALLBACK(on_handle_test_freeze), context);
    g_signal_connect(iface, "handle-refresh", G_CALLBACK(on_handle_refresh), context);
}
