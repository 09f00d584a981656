/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy-interface.h"

#include "bus-error.h"
#include "engine-enums.h"
#include "enum-nick.h"
#include "host-error.h"

typedef struct {
    const FirnServiceParts *parts; /* (unowned) */
    FirnVm *vm;                    /* (owned) */
} Context;

typedef struct {
    FirnCatalogue *catalogue;          /* (owned) */
    GDBusMethodInvocation *invocation; /* (owned) (nullable) */
    GVariant *values;                  /* (owned) "a{ss}" */
} Change;

static void
context_free(Context *context)
{
    g_object_unref(context->vm);
    g_free(context);
}

static void
change_free(Change *change)
{
    g_object_unref(change->catalogue);
    g_clear_object(&change->invocation);
    g_variant_unref(change->values);
    g_free(change);
}

static gboolean
set_values(FirnPolicy *policy, GVariant *values, GError **error)
{
    GVariantIter iter;
    const char *key, *value;

    g_variant_iter_init(&iter, values);
    while (g_variant_iter_next(&iter, "{&s&s}", &key, &value))
        if (!firn_policy_set(policy, key, value, error))
            return FALSE;
    return TRUE;
}

static void
change_in_thread(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    Change *change = task_data;
    GError *error = NULL;
    g_autoptr(FirnCatalogueTransaction) transaction =
        firn_catalogue_begin(change->catalogue, &error);

    if (transaction != NULL && set_values(&transaction->policy, change->values, &error) &&
        firn_catalogue_commit(change->catalogue, transaction, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void
on_changed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Change *change = g_task_get_task_data(G_TASK(result));
    GError *error = NULL;

    if (g_task_propagate_boolean(G_TASK(result), &error))
        firn_dbus_policy_complete_set(FIRN_DBUS_POLICY(source),
                                      g_steal_pointer(&change->invocation));
    else
        firn_bus_error_return(g_steal_pointer(&change->invocation), error);
}

static void
set_allowed(GObject *object, GDBusMethodInvocation *invocation, guint uid)
{
    Context *context = g_object_get_data(object, "firn-context");
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    g_autoptr(GTask) task = g_task_new(object, NULL, on_changed, NULL);
    Change *change = g_new0(Change, 1);

    change->catalogue = g_object_ref(firn_vm_get_catalogue(context->vm));
    change->invocation = invocation;
    change->values = g_variant_get_child_value(parameters, 0);
    g_task_set_task_data(task, change, (GDestroyNotify)change_free);
    g_task_run_in_thread(task, change_in_thread);
}

static gboolean
on_handle_set(FirnDBusPolicy *iface,
              GDBusMethodInvocation *invocation,
              GVariant *values,
              gpointer user_data)
{
    Context *context = user_data;
    FirnQuestion question = {FIRN_ACTION_POLICY_MODIFY, context->vm};

    firn_authority_ask(context->parts->authority, &question, iface, invocation, set_allowed);
    return TRUE;
}

void
firn_policy_interface_update(FirnDBusPolicy *iface, FirnVm *vm)
{
    FirnPolicy policy;

    firn_catalogue_get_policy(firn_vm_get_catalogue(vm), &policy);
    firn_dbus_policy_set_max_snapshots(iface, policy.max_snapshots);
    firn_dbus_policy_set_allow_memory(iface, policy.allow_memory);
    firn_dbus_policy_set_pause_max(iface, policy.pause_max_us);
    firn_dbus_policy_set_drift_guard(iface,
                                     firn_enum_to_nick(FIRN_TYPE_DRIFT_GUARD, policy.drift_guard));
}

FirnDBusPolicy *
firn_policy_interface_new(const FirnServiceParts *parts, FirnVm *vm)
{
    FirnDBusPolicy *iface = firn_dbus_policy_skeleton_new();
    Context *context = g_new0(Context, 1);

    context->parts = parts;
    context->vm = g_object_ref(vm);
    g_object_set_data_full(G_OBJECT(iface), "firn-context", context, (GDestroyNotify)context_free);
    g_signal_connect(iface, "handle-set", G_CALLBACK(on_handle_set), context);
    firn_policy_interface_update(iface, vm);
    return iface;
}
