/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy-interface.h"

#include "engine-enums.h"
#include "enum-nick.h"
#include "methods.h"

typedef struct {
    FirnVm *vm;       /* (owned) */
    GVariant *values; /* (owned) "a{ss}" */
    guint uid;        /* who asked */
} Change;

static void
change_free(Change *change)
{
    g_object_unref(change->vm);
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
tell_change(const Change *change)
{
    FirnEventSubject about = firn_vm_event_about(change->vm, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    GVariantIter iter;
    const char *key, *value;

    g_variant_iter_init(&iter, change->values);
    while (g_variant_iter_next(&iter, "{&s&s}", &key, &value))
        g_string_append_printf(text, "%s%s=%s", text->len == 0 ? "" : ", ", key, value);
    about.uid = change->uid;
    about.has_uid = TRUE;
    firn_event_policy_changed(about, text->str);
}

static void
change_in_thread(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    Change *change = task_data;
    FirnCatalogue *catalogue = firn_vm_get_catalogue(change->vm);
    GError *error = NULL;
    g_autoptr(FirnCatalogueTransaction) transaction = firn_catalogue_begin(catalogue, &error);

    if (transaction == NULL || !set_values(&transaction->policy, change->values, &error) ||
        !firn_catalogue_commit(catalogue, transaction, &error)) {
        g_task_return_error(task, error);
        return;
    }
    tell_change(change);
    g_task_return_boolean(task, TRUE);
}

static GVariant *
set(gpointer object, const FirnCall *call, GError **error)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, firn_method_on_done, call->invocation);
    Change *change = g_new0(Change, 1);

    change->vm = g_object_ref(object);
    change->uid = call->uid;
    change->values = g_variant_get_child_value(call->parameters, 0);
    g_task_set_task_data(task, change, (GDestroyNotify)change_free);
    g_task_run_in_thread(task, change_in_thread);
    return NULL;
}

static const FirnMethod policy_methods[] = {
    {"handle-set", FIRN_ACTION_POLICY_MODIFY, set},
};

static void
describe_question(gpointer object, FirnQuestion *question)
{
    question->vm = object;
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

    firn_methods_connect(iface,
                         policy_methods,
                         G_N_ELEMENTS(policy_methods),
                         parts->authority,
                         describe_question,
                         vm);
    firn_policy_interface_update(iface, vm);
    return iface;
}
